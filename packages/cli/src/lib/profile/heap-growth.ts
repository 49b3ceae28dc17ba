/** A heap snapshot of V8, as far as it is read: nodes are runs of numbers, with the fields that `meta` names. */
export interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      /** Names of the types of nodes stand first. */
      readonly node_types: readonly (readonly string[] | string)[];
    };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** What a heap has of one kind of object. */
interface Stock {
  readonly count: number;
  readonly bytes: number;
}

/** What a heap has more of than before. */
export interface Growth {
  /** Name of the constructor, or of what V8 keeps for itself. */
  readonly name: string;
  /** What V8 calls it: "object", "closure", "string", "array", "code" and others. */
  readonly kind: string;
  readonly count: number;
  readonly more: number;
  readonly moreBytes: number;
}

/** The kinds of objects that a heap has gained, the most bytes first; bytes are those of the objects themselves. */
export function heapGrowth(before: HeapSnapshot, after: HeapSnapshot, most: number): Growth[] {
  const earlier = stocksOf(before);
  return [...stocksOf(after)]
    .map(([key, { count, bytes }]) => {
      const was = earlier.get(key) ?? { count: 0, bytes: 0 };
      const [kind = "", name = ""] = key.split("\n");
      return { name, kind, count, more: count - was.count, moreBytes: bytes - was.bytes };
    })
    .filter(({ moreBytes }) => moreBytes > 0)
    .toSorted((a, b) => b.moreBytes - a.moreBytes)
    .slice(0, most);
}

function stocksOf({ snapshot: { meta }, nodes, strings }: HeapSnapshot): Map<string, Stock> {
  const fields = meta.node_fields;
  const [typeAt, nameAt, sizeAt] = ["type", "name", "self_size"].map((field) => fields.indexOf(field));
  const types = meta.node_types[0] ?? [];
  const stocks = new Map<string, Stock>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const field = (offset = 0): number => nodes[at + offset] ?? 0;
    const key = toKey(types[field(typeAt)] ?? "", strings[field(nameAt)] ?? "");
    const { count, bytes } = stocks.get(key) ?? { count: 0, bytes: 0 };
    stocks.set(key, { count: count + 1, bytes: bytes + field(sizeAt) });
  }
  return stocks;
}

/** Strings are named by their text, and numbers by nothing: each of these is one kind. */
function toKey(type: string, name: string): string {
  const isText = type.endsWith("string") || type === "number" || type === "bigint" || type === "symbol";
  return isText ? `${type}\n(all)` : `${type}\n${name.replaceAll("\n", " ")}`;
}
