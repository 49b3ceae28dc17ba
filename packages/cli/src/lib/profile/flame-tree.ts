import type { CallFrame, CpuProfile, HeapNode } from "./recording.ts";

/** A function under those that called it, with what it and those below it took. */
export interface FlameNode {
  readonly name: string;
  /** File and line, or "" for what has none. */
  readonly place: string;
  /** Milliseconds or bytes of the function itself. */
  self: number;
  /** With all that it called. */
  total: number;
  readonly children: FlameNode[];
}

/** One line of the list of functions. */
export interface HotFunction {
  readonly name: string;
  readonly place: string;
  readonly self: number;
}

/** The time of a CPU profile by call path, in milliseconds; that nothing ran is left out. */
export function cpuTree({ nodes, samples = [], timeDeltas = [] }: CpuProfile): FlameNode {
  const micros = new Map<number, number>();
  for (const [at, id] of samples.entries())
    // A delta is the time before its sample; what was seen then ran from there to the next one.
    micros.set(id, (micros.get(id) ?? 0) + Math.max(0, timeDeltas[at + 1] ?? 0));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const children = nodes.flatMap((node) => node.children ?? []);
  const inner = new Set(children);
  const roots = nodes.filter(({ id }) => !inner.has(id));
  const build = (id: number): FlameNode[] => {
    const node = byId.get(id);
    if (node === undefined || node.callFrame.functionName === "(idle)") return [];
    const below = (node.children ?? []).flatMap(build);
    return [toNode(node.callFrame, (micros.get(id) ?? 0) / 1000, below)];
  };
  return rootOf(roots.flatMap(({ id }) => build(id)));
}

/** The bytes of a sampled heap profile by call path. */
export function heapTree(head: HeapNode): FlameNode {
  const build = ({ callFrame, selfSize, children }: HeapNode): FlameNode =>
    toNode(callFrame, selfSize, children.map(build));
  return rootOf([build(head)]);
}

/** V8's own root is the only one, and is the root of the tree then. */
function rootOf(roots: FlameNode[]): FlameNode {
  const [only] = roots;
  if (roots.length === 1 && only !== undefined) return only;
  const total = roots.reduce((sum, node) => sum + node.total, 0);
  return { name: "(root)", place: "", self: 0, total, children: roots };
}

function toNode({ functionName, url, lineNumber }: CallFrame, self: number, below: FlameNode[]): FlameNode {
  const children = below.filter(({ total }) => total > 0).toSorted((a, b) => b.total - a.total);
  return {
    name: functionName === "" ? "(anonymous)" : functionName,
    place: url === "" ? "" : `${url.replace(/^file:\/\//, "")}:${lineNumber + 1}`,
    self,
    total: children.reduce((sum, child) => sum + child.total, self),
    children,
  };
}

/** The functions that took the most themselves, wherever they were called from. */
export function hotFunctions(root: FlameNode, count: number): HotFunction[] {
  const found = new Map<string, { name: string; place: string; self: number }>();
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const { name, place, self, children } = node;
    const key = `${name} ${place}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { name, place, self });
    else known.self += self;
    for (const child of children) pending.push(child);
  }
  return [...found.values()]
    .filter(({ self }) => self > 0)
    .toSorted((a, b) => b.self - a.self)
    .slice(0, count);
}

/** The tree without what is too narrow to be seen: its time stays in the totals above it. */
export function pruneTree(root: FlameNode, share = 0.0005): FlameNode {
  const least = root.total * share;
  const prune = (node: FlameNode): FlameNode => ({
    ...node,
    children: node.children.filter(({ total }) => total >= least).map(prune),
  });
  return prune(root);
}
