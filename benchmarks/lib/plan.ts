/** A suite as `npm run bench` runs it. */
export interface PlannedSuite {
  /** Its program, in benchmarks/. */
  readonly program: string;
  /** What it may take of the half hour; no part of it begins that would not end within them. */
  readonly minutes: number;
  readonly full: readonly string[];
  readonly quick: readonly string[];
}

/** Every suite, in order. `json-256` alone stands for many connections here; `npm run bench:http` has `plaintext-256` as well. */
export const PLAN: readonly PlannedSuite[] = [
  {
    program: "micro/suite.ts",
    minutes: 4,
    full: ["--rounds=3", "--ms=50"],
    quick: ["--rounds=1", "--ms=30", "--only=full_cycle"],
  },
  {
    program: "http/compare.ts",
    minutes: 13,
    full: [
      "--rounds=3",
      "--seconds=1",
      "--warm-up=1",
      "--cases=plaintext,json,constant,user,post,pipelined-plaintext,pipelined,pipelined-constant,json-256,mix",
    ],
    quick: [
      "--rounds=1",
      "--seconds=1",
      "--warm-up=1",
      "--cases=json,mix",
      "--servers=armature,fastify,bun,axum",
    ],
  },
  {
    program: "websocket/compare.ts",
    minutes: 4,
    full: ["--rounds=2", "--seconds=1", "--warm-up=1", "--servers=armature,ws,uws"],
    quick: [
      "--rounds=1",
      "--seconds=1",
      "--warm-up=1",
      "--cases=echo-text,broadcast",
      "--servers=armature,ws",
    ],
  },
  {
    program: "techempower/suite.ts",
    minutes: 3,
    full: ["--rounds=3", "--seconds=1", "--warm-up=1"],
    quick: ["--rounds=1", "--seconds=1", "--warm-up=1", "--tests=db,fortunes"],
  },
  {
    program: "memory/suite.ts",
    minutes: 3,
    full: ["--rounds=1", "--connections=1000", "--seconds=2"],
    quick: ["--rounds=1", "--connections=200", "--seconds=1", "--servers=armature,fastify"],
  },
  {
    program: "size/suite.ts",
    minutes: 1,
    full: ["--rounds=5"],
    quick: ["--rounds=1", "--servers=armature,fastify"],
  },
];
