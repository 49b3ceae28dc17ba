/**
 * Nanoseconds of CPU time to write one answer as JSON, on the built package.
 *
 *     npm --prefix benchmarks/micro/peers install
 *     node benchmarks/micro/serialize.ts [--rounds=5] [--cases=message,fields] [--node=PATH] [--out=FILE]
 *
 * "text" ends with a string, "wire" with its bytes in the buffer of a write, as the engine has it. Ways are compared in their answers
 * first; each runs in a process of its own, in turn with the others. Medians are printed with what they are of JSON.stringify and
 * encoding (in brackets).
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  createSerializer,
  type JsonSchema,
  type JsonSchemaObject,
} from "../../packages/schema/dist/index.js";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    cases: { type: "string" },
    node: { type: "string", default: process.execPath },
    out: { type: "string" },
    child: { type: "string" },
  },
});

interface Case {
  readonly schema: JsonSchemaObject;
  readonly value: unknown;
  /** What only the ways that hold to the schema leave out. */
  readonly hasMore?: boolean;
  readonly runs: number;
}

function objectOf(properties: Readonly<Record<string, JsonSchema>>): JsonSchemaObject {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

const STRING: JsonSchema = { type: "string" };

const USER: JsonSchemaObject = objectOf({
  id: { type: "integer" },
  name: STRING,
  email: STRING,
  age: { type: "integer" },
  active: { type: "boolean" },
  score: { type: "number" },
  city: STRING,
  bio: STRING,
  createdAt: { type: "string", format: "date-time" },
  role: { enum: ["admin", "user"] },
});

function userOf(id: number): Record<string, unknown> {
  return {
    id,
    name: `Ada Lovelace ${id}`,
    email: `ada.lovelace.${id}@example.com`,
    age: 20 + (id % 50),
    active: id % 3 !== 0,
    score: id * 1.25,
    city: "London",
    bio: "Wrote the first program, for a machine that did not exist; liked horses, mathematics and the sound of numbers.",
    createdAt: "2026-11-25T12:00:00.000Z",
    role: id % 2 === 0 ? "admin" : "user",
  };
}

const USERS = Array.from({ length: 100 }, (_none, at) => userOf(at));

/** Flat objects of short texts, for the size from which on `JSON.stringify` is chosen. */
function fieldsOf(count: number): Case {
  const names = Array.from({ length: count }, (_none, at) => `field${at}`);
  return {
    schema: objectOf(Object.fromEntries(names.map((name) => [name, STRING]))),
    value: Object.fromEntries(names.map((name, at) => [name, `the value ${at}`])),
    runs: 100_000,
  };
}

const CASES: Readonly<Record<string, Case>> = {
  message: { schema: objectOf({ message: STRING }), value: { message: "Hello, World!" }, runs: 300_000 },
  "2 fields": fieldsOf(2),
  "3 fields": fieldsOf(3),
  "4 fields": fieldsOf(4),
  "6 fields": fieldsOf(6),
  "user (10 fields)": { schema: USER, value: userOf(7), runs: 60_000 },
  "user with more": { schema: USER, value: { ...userOf(7), passwordHash: "x" }, hasMore: true, runs: 60_000 },
  "100 users (29 KB)": { schema: { type: "array", items: USER }, value: USERS, runs: 3_000 },
};

const WAYS = ["compiled", "closures", "stringify", "stringify + encode", "fast-json-stringify"] as const;
type Way = (typeof WAYS)[number];

const encoder = new TextEncoder();

function writerOf(way: Way, schema: JsonSchema): (value: unknown) => string {
  switch (way) {
    case "compiled":
    case "closures": {
      const serializer = createSerializer(schema, { allowsSource: way === "compiled" });
      return (value) => serializer.serialize(value);
    }
    case "stringify":
    case "stringify + encode":
      return (value) => JSON.stringify(value);
    case "fast-json-stringify":
      return fastJsonStringify()(schema);
  }
}

function fastJsonStringify(): (schema: JsonSchema) => (value: unknown) => string {
  const require = createRequire(new URL("peers/package.json", import.meta.url));
  return require("fast-json-stringify") as ReturnType<typeof fastJsonStringify>; // as its types say
}

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
const wire = Buffer.alloc(256 * 1024);

/** What the engine does with a text: one character per byte where it is ASCII, else its bytes. */
function toWire(text: string): number {
  const isAscii = Buffer.byteLength(text) === text.length;
  const body = isAscii ? text : Buffer.from(text).toString("latin1");
  return wire.write(`${HEAD}${text.length}\r\n\r\n${body}`, "latin1");
}

function encodeToWire(text: string): number {
  const bytes = encoder.encode(text);
  const start = wire.write(`${HEAD}${bytes.length}\r\n\r\n`, "latin1");
  wire.set(bytes, start);
  return start + bytes.length;
}

/** Runs one way of one case and prints nanoseconds: as text, and on the wire. */
function runChild(name: string, way: Way): void {
  const { schema, value, runs } = CASES[name] as Case; // the parent names cases of the table
  const write = writerOf(way, schema);
  const send = way === "stringify + encode" ? encodeToWire : toWire;
  const text = timed(runs, () => write(value).length);
  const sent = timed(runs, () => send(write(value)));
  process.stdout.write(JSON.stringify({ text, wire: sent }));
}

function timed(runs: number, work: () => number): number {
  let sum = 0;
  for (let at = 0; at < runs; at++) sum += work();
  const start = process.cpuUsage();
  for (let at = 0; at < runs; at++) sum += work();
  const { user, system } = process.cpuUsage(start);
  if (sum === 0) throw new Error("Nothing was written.");
  return ((user + system) * 1000) / runs;
}

interface Sample {
  readonly text: number;
  readonly wire: number;
}

function measure(name: string, way: Way): Sample {
  const { stdout, stderr, status } = spawnSync(
    flags.node,
    [fileURLToPath(import.meta.url), `--child=${name}|${way}`],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Sample; // what runChild prints
}

function compareAnswers(name: string, ways: readonly Way[]): void {
  const { schema, value } = CASES[name] as Case; // a key of the table
  const [first, ...others] = ways.map((way) => JSON.stringify(JSON.parse(writerOf(way, schema)(value))));
  if (others.some((other) => other !== first)) throw new Error(`The answers to ${name} differ.`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function runCase(name: string): Record<string, unknown>[] {
  const { hasMore = false } = CASES[name] as Case; // a key of the table
  const ways = hasMore ? WAYS.filter((way) => !way.startsWith("stringify")) : WAYS;
  compareAnswers(name, ways);
  const samples = new Map<Way, Sample[]>(ways.map((way) => [way, []]));
  for (let round = 0; round < Number(flags.rounds); round++)
    for (const way of ways) samples.get(way)?.push(measure(name, way));
  const medianOf = (way: Way, part: keyof Sample): number =>
    median((samples.get(way) ?? []).map((sample) => sample[part]));
  const base = medianOf(hasMore ? "fast-json-stringify" : "stringify + encode", "wire");
  return ways.map((way) => ({
    way,
    "text ns": Math.round(medianOf(way, "text")),
    "wire ns": Math.round(medianOf(way, "wire")),
    "of encode": (medianOf(way, "wire") / base).toFixed(2),
  }));
}

function versionOf(node: string): string {
  return spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
}

if (flags.child === undefined) {
  const report: Record<string, unknown> = {
    date: new Date().toISOString(),
    machine: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`,
    node: versionOf(flags.node),
    loadAverage: loadavg()[0],
  };
  for (const name of flags.cases?.split(",") ?? Object.keys(CASES)) {
    report[name] = runCase(name);
    process.stdout.write(`${name}\n`);
    for (const row of report[name] as Record<string, unknown>[])
      process.stdout.write(
        `  ${String(row["way"]).padEnd(20)} text ${String(row["text ns"]).padStart(6)}  wire ${String(row["wire ns"]).padStart(6)}  (${String(row["of encode"])})\n`,
      );
  }
  if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(report, null, 2)}\n`);
} else {
  const [name, way] = flags.child.split("|");
  runChild(name as string, way as Way); // as the parent has put them together
}
