// What routes with schemas cost the type checker: `tsc -b packages/core && node benchmarks/types/routes.ts [routes]`.
// "schemas" is the same project without its routes; what counts is the difference to it, and that twice the routes cost twice as much.
import {
  compileProject,
  type CompileReport,
} from "../../packages/core/src/lib/route/compile-project.test.kit.ts";
import {
  generateRoutes,
  type RouteForm,
} from "../../packages/core/src/lib/route/generated-routes.test.kit.ts";

const ROUNDS = 5;
const count = Number(process.argv[2] ?? 1000);

const FORMS: Readonly<Record<RouteForm, string>> = {
  none: "schemas",
  decorated: "decorated",
  fields: "fields",
  chained: "one chain",
};

print("", "routes", "instantiations", "types", "memory", "check time");
for (const form of Object.keys(FORMS) as RouteForm[]) {
  for (const routes of [count / 2, count]) printReport(form, routes, measure(form, routes));
}

/** The round with the median check time; all else is the same in each. */
function measure(form: RouteForm, routes: number): CompileReport {
  const files = generateRoutes(form, routes);
  const reports = Array.from({ length: ROUNDS }, () => compileProject(files));
  const [error] = reports.flatMap(({ errors }) => errors);
  if (error !== undefined) throw new Error(`${error.file}:${error.line} ${error.message}`);
  return reports.toSorted((a, b) => a.checkMs - b.checkMs)[ROUNDS >> 1] as CompileReport; // ROUNDS > 0
}

function printReport(form: RouteForm, routes: number, report: CompileReport): void {
  const { instantiations, types, memoryKb, checkMs } = report;
  const memory = `${(memoryKb / 1024).toFixed(0)} MiB`;
  print(
    FORMS[form],
    String(routes),
    String(instantiations),
    String(types),
    memory,
    `${checkMs.toFixed(0)} ms`,
  );
}

function print(first: string, ...columns: readonly string[]): void {
  process.stdout.write(`${first.padEnd(10)}${columns.map((column) => column.padStart(16)).join("")}\n`);
}
