import type { ByteTest } from "./constraint-test.ts";
import { QUESTION } from "./path-bytes.ts";
import { endOfSegment, isCanonicalRest } from "./segment-scan.ts";

/** What one place in the tree of routes is made of. */
export interface RadixNodeParts<TLeaf> {
  /** Bytes that lead from the edge into this node. */
  readonly label: readonly number[];
  /** What ends here. */
  readonly leaf: TLeaf | null;
  /** Nodes by their next byte; a label does not repeat it. */
  readonly children: ReadonlyMap<number, RadixNode<TLeaf>>;
  /** Most specific first. */
  readonly constrained: readonly ConstrainedEdge<TLeaf>[];
  readonly param: RadixNode<TLeaf> | null;
  readonly wildcard: TLeaf | null;
}

/** An edge that is taken by a whole segment which passes a test. */
export interface ConstrainedEdge<TLeaf> {
  readonly test: ByteTest;
  readonly node: RadixNode<TLeaf>;
}

/** A place in the tree of routes, ready to be walked. */
export class RadixNode<TLeaf> {
  readonly label: readonly number[];
  readonly leaf: TLeaf | null;
  /** Children from `firstByte` on, so that finding one is a subtraction. */
  readonly children: readonly (RadixNode<TLeaf> | null)[];
  readonly firstByte: number;
  readonly constrained: readonly ConstrainedEdge<TLeaf>[];
  readonly param: RadixNode<TLeaf> | null;
  readonly wildcard: TLeaf | null;
  /** Whether the only ways on are children. */
  readonly plain: boolean;

  constructor(parts: RadixNodeParts<TLeaf>) {
    const bytes = [...parts.children.keys()];
    this.label = parts.label;
    this.leaf = parts.leaf;
    this.firstByte = bytes.length === 0 ? 0 : Math.min(...bytes);
    const count = bytes.length === 0 ? 0 : Math.max(...bytes) - this.firstByte + 1;
    this.children = Array.from({ length: count }, (_, i) => parts.children.get(this.firstByte + i) ?? null);
    this.constrained = parts.constrained;
    this.param = parts.param;
    this.wildcard = parts.wildcard;
    this.plain = this.constrained.length === 0 && this.param === null && this.wildcard === null;
  }
}

/**
 * Finds what a path leads to, from the first byte that `node` has not seen up to the query or `end`.
 *
 * Static text is tried first, then the constrained parameters, the plain one, the wildcard, and each way is followed to its
 * end before the next. A node stands at one depth of segments, so each is entered at most once for each path: the work is
 * bounded by the size of the tree, whatever the path.
 *
 * What is found is canonical: labels are, and parameters take no other bytes. `null` says nothing about that.
 */
export function walk<TLeaf>(
  node: RadixNode<TLeaf>,
  bytes: Uint8Array,
  at: number,
  end: number,
): TLeaf | null {
  for (;;) {
    const label = node.label;
    const length = label.length;
    if (length > end - at) return null;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== label[i]) return null;
    at += length;
    if (at === end) return node.leaf;
    const byte = bytes[at] as number; // at < end
    const index = byte - node.firstByte;
    const child =
      index >= 0 && index < node.children.length ? (node.children[index] as RadixNode<TLeaf> | null) : null; // bounds just checked
    if (node.plain) {
      if (child === null) return byte === QUESTION ? node.leaf : null;
      node = child;
      at++;
      continue;
    }
    if (child !== null) {
      const leaf = walk(child, bytes, at + 1, end);
      if (leaf !== null) return leaf;
    }
    if (byte === QUESTION) return node.leaf;
    const stop = endOfSegment(bytes, at, end);
    if (node.constrained.length > 0 && stop > at) {
      const leaf = walkConstrained(node.constrained, bytes, at, end);
      if (leaf !== null) return leaf;
    }
    if (node.wildcard !== null) return walkLast(node, bytes, at, end);
    if (node.param === null || stop <= at) return null;
    node = node.param;
    at = stop;
  }
}

function walkConstrained<TLeaf>(
  edges: readonly ConstrainedEdge<TLeaf>[],
  bytes: Uint8Array,
  at: number,
  end: number,
): TLeaf | null {
  const stop = endOfSegment(bytes, at, end);
  for (const edge of edges) {
    if (!edge.test(bytes, at, stop)) continue;
    const leaf = walk(edge.node, bytes, stop, end);
    if (leaf !== null) return leaf;
  }
  return null;
}

function walkLast<TLeaf>(node: RadixNode<TLeaf>, bytes: Uint8Array, at: number, end: number): TLeaf | null {
  const stop = node.param === null ? -1 : endOfSegment(bytes, at, end);
  const leaf = stop > at && node.param !== null ? walk(node.param, bytes, stop, end) : null;
  return leaf ?? (isCanonicalRest(bytes, at, end) ? node.wildcard : null);
}
