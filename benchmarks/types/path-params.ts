// What `PathParams` costs the type checker for 2,000 routes: `tsc -b packages/router && node benchmarks/types/path-params.ts [routes]`.
// The baseline is the same file with parameters of a fixed type; what counts is the difference.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROUNDS = 5;
const count = Number(process.argv[2] ?? 2000);

/** Each with a handler that reads every parameter with its exact type. */
const SHAPES: readonly ((name: string) => readonly [path: string, reads: readonly string[]])[] = [
  (name) => [`/api/v1/${name}/list`, []],
  (name) => [`/api/v1/${name}/:id(int)`, ["params.id satisfies number"]],
  (name) => [`/api/v1/${name}/:slug`, ["params.slug satisfies string"]],
  (name) => [
    `/api/v1/${name}/:id(uuid)/:tab(posts|likes|replies)?`,
    ["params.id satisfies string", 'params.tab satisfies "posts" | "likes" | "replies" | undefined'],
  ],
  (name) => [
    `/api/v1/${name}/:org/repos/:repo(regex:[a-z|-]+)/issues/:issue(int)/comments/:comment(range:1..)`,
    [
      "params.org satisfies string",
      "params.repo satisfies string",
      "params.issue satisfies number",
      "params.comment satisfies number",
    ],
  ],
  (name) => [`/files/${name}/*path?`, ["params.path satisfies string | undefined"]],
];

interface Cost {
  readonly instantiations: number;
  readonly types: number;
  readonly checkMs: number;
}

const folder = mkdtempSync(join(tmpdir(), "armature-types-"));
try {
  const typed = measure("typed", true);
  const baseline = measure("baseline", false);
  print(`${count} routes`.padEnd(16), "instantiations", "types", "check time");
  print("PathParams".padEnd(16), ...toColumns(typed));
  print("baseline".padEnd(16), ...toColumns(baseline));
  const each = (typed.instantiations - baseline.instantiations) / count;
  print(
    `difference: ${each.toFixed(1)} instantiations, ${(((typed.checkMs - baseline.checkMs) * 1000) / count).toFixed(0)} us for each route`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

function measure(name: string, typed: boolean): Cost {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, generate(typed));
  const costs = Array.from({ length: ROUNDS }, () => check(file));
  const sorted = costs.toSorted((a, b) => a.checkMs - b.checkMs);
  return sorted[ROUNDS >> 1] as Cost; // ROUNDS > 0
}

function generate(typed: boolean): string {
  const declarations = fileURLToPath(new URL("../../packages/router/dist/index.js", import.meta.url));
  const params = typed ? "PathParams<TPath>" : "any";
  const lines = [
    `import type { PathParams } from ${JSON.stringify(declarations)};`,
    `export type Unused = PathParams<"/">;`,
    `declare function get<const TPath extends string>(path: TPath, handler: (params: ${params}) => void): void;`,
  ];
  for (let i = 0; i < count; i++) {
    const [path, reads] = SHAPES[i % SHAPES.length]?.(`resource${i}`) ?? ["/", []];
    lines.push(
      `get(${JSON.stringify(path)}, (params) => { params; ${reads.map((read) => `${read};`).join(" ")} });`,
    );
  }
  return lines.join("\n");
}

function check(file: string): Cost {
  const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
  const options = [
    "--noEmit",
    "--strict",
    "--exactOptionalPropertyTypes",
    "--target",
    "es2023",
    "--module",
    "nodenext",
    "--types",
    "",
  ];
  const report = execFileSync(process.execPath, [tsc, ...options, "--extendedDiagnostics", file], {
    encoding: "utf8",
    cwd: folder,
  });
  return {
    instantiations: readFigure(report, /^Instantiations:\s+(\d+)/m),
    types: readFigure(report, /^Types:\s+(\d+)/m),
    checkMs: readFigure(report, /^Check time:\s+([\d.]+)s/m) * 1000,
  };
}

function readFigure(report: string, pattern: RegExp): number {
  const value = pattern.exec(report)?.[1];
  if (value === undefined) throw new Error(`tsc reports no ${pattern.source}:\n${report}`);
  return Number(value);
}

function toColumns({ instantiations, types, checkMs }: Cost): string[] {
  return [String(instantiations), String(types), `${checkMs.toFixed(0)} ms`];
}

function print(first: string, ...columns: readonly string[]): void {
  process.stdout.write(`${first}${columns.map((column) => column.padStart(16)).join("")}\n`);
}
