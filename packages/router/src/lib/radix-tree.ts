import { compareConstraints, constraintKey, toByteTest } from "./constraint-test.ts";
import { toAsciiBytes } from "./path-bytes.ts";
import type { Constraint, ParamSegment } from "./path-pattern.ts";
import { RadixNode } from "./radix-node.ts";
import type { RouteShape } from "./route-shape.ts";

/** A place in a tree that grows by one character or segment at a time. */
interface Draft<TLeaf> {
  leaf: TLeaf | null;
  readonly children: Map<string, Draft<TLeaf>>;
  readonly constrained: Map<string, DraftEdge<TLeaf>>;
  param: Draft<TLeaf> | null;
  wildcard: TLeaf | null;
}

interface DraftEdge<TLeaf> {
  readonly constraint: Constraint;
  readonly draft: Draft<TLeaf>;
}

/** Builds the tree of routes whose shapes are all different. */
export function buildTree<TLeaf>(
  routes: Iterable<readonly [shape: RouteShape, leaf: TLeaf]>,
): RadixNode<TLeaf> {
  const root = emptyDraft<TLeaf>();
  for (const [shape, leaf] of routes) addRoute(root, shape, leaf);
  return compile(root);
}

function emptyDraft<TLeaf>(): Draft<TLeaf> {
  return { leaf: null, children: new Map(), constrained: new Map(), param: null, wildcard: null };
}

function addRoute<TLeaf>(root: Draft<TLeaf>, { parts }: RouteShape, leaf: TLeaf): void {
  let draft = root;
  for (const part of parts) {
    if (typeof part === "string") draft = growText(draft, part);
    else if (part.kind === "param") draft = growParam(draft, part);
  }
  const last = parts.at(-1);
  if (typeof last !== "string" && last?.kind === "wildcard") draft.wildcard = leaf;
  else draft.leaf = leaf;
}

function growText<TLeaf>(draft: Draft<TLeaf>, text: string): Draft<TLeaf> {
  for (const char of text) {
    const next = draft.children.get(char) ?? emptyDraft();
    draft.children.set(char, next);
    draft = next;
  }
  return draft;
}

function growParam<TLeaf>(draft: Draft<TLeaf>, { constraint }: ParamSegment): Draft<TLeaf> {
  if (constraint === null) return (draft.param ??= emptyDraft());
  const key = constraintKey(constraint);
  const edge = draft.constrained.get(key) ?? { constraint, draft: emptyDraft() };
  draft.constrained.set(key, edge);
  return edge.draft;
}

/** Text that branches nowhere becomes the label of one node. */
function compile<TLeaf>(draft: Draft<TLeaf>): RadixNode<TLeaf> {
  let label = "";
  for (let next = onlyChild(draft); next !== null; next = onlyChild(draft))
    [label, draft] = [label + next[0], next[1]];
  const edges = [...draft.constrained.values()].toSorted((a, b) =>
    compareConstraints(a.constraint, b.constraint),
  );
  return new RadixNode({
    label: toAsciiBytes(label),
    leaf: draft.leaf,
    children: new Map([...draft.children].map(([char, child]) => [char.charCodeAt(0), compile(child)])),
    constrained: edges.map((edge) => ({ test: toByteTest(edge.constraint), node: compile(edge.draft) })),
    param: draft.param === null ? null : compile(draft.param),
    wildcard: draft.wildcard,
  });
}

function onlyChild<TLeaf>(draft: Draft<TLeaf>): readonly [string, Draft<TLeaf>] | null {
  const branches = draft.leaf !== null || draft.wildcard !== null || draft.param !== null;
  if (branches || draft.constrained.size > 0 || draft.children.size !== 1) return null;
  return [...draft.children][0] ?? null;
}
