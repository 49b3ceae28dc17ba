import { doorsOf } from "./doors.ts";
import type { SourceFile } from "./source-file.ts";
import {
  isRelative,
  memberNamed,
  packageOf,
  type Problem,
  resolveRelative,
  type Rule,
  type Workspace,
} from "./workspace.ts";

type Graph = ReadonlyMap<string, readonly string[]>;

/** No file reaches itself through imports; type-only imports count. */
export const cycles: Rule = {
  name: "cycles",
  check: (workspace) => findCycles(buildGraph(workspace)).map(toProblem),
};

function buildGraph(workspace: Workspace): Graph {
  const files = [...workspace.scripts, ...workspace.members.flatMap((member) => member.files)];
  return new Map(files.map((file) => [file.path, targetsOf(workspace, file)]));
}

function targetsOf(workspace: Workspace, file: SourceFile): string[] {
  return file.imports.flatMap(({ specifier }) => {
    if (isRelative(specifier)) return [resolveRelative(file, specifier)];
    const target = memberNamed(workspace, packageOf(specifier));
    return target === undefined ? [] : doorsOf(target).map((door) => door.path);
  });
}

/** Depth first; each cycle is found once, from the first of its files. */
function findCycles(graph: Graph): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (path: string): void => {
    const start = way.indexOf(path);
    if (start >= 0) found.push(way.slice(start));
    if (start >= 0 || done.has(path)) return;
    way.push(path);
    for (const next of graph.get(path) ?? []) visit(next);
    way.pop();
    done.add(path);
  };
  for (const path of graph.keys()) visit(path);
  return found;
}

function toProblem(cycle: string[]): Problem {
  const file = cycle[0] ?? "";
  return {
    file,
    message: `Import cycle: ${[...cycle, file].join(" -> ")}; move what both need into a third file.`,
  };
}
