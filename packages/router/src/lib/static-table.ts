import { toAsciiBytes } from "./path-bytes.ts";

/** A path without parameters and what it leads to. */
interface StaticEntry<TLeaf> {
  readonly bytes: readonly number[];
  readonly leaf: TLeaf;
}

/** The paths of one length, told apart by as few of their bytes as it takes. */
interface StaticGroup<TLeaf> {
  /** Which bytes are hashed, from the start of the path. */
  readonly probes: readonly number[];
  /** Open addressing, at most half full. */
  readonly slots: readonly (StaticEntry<TLeaf> | null)[];
}

/** Where most paths are told apart by fewer bytes, more of them only cost time. */
const MAX_PROBES = 8;

/**
 * Whole paths by a hash that is chosen when they are known: their length and the bytes in which those of one length differ.
 *
 * Most requests that miss are told by their length alone.
 */
export class StaticTable<TLeaf> {
  readonly #groups: readonly (StaticGroup<TLeaf> | null)[];

  constructor(paths: ReadonlyMap<string, TLeaf>) {
    const entries = [...paths].map(([path, leaf]) => ({ bytes: toAsciiBytes(path), leaf }));
    const longest = Math.max(0, ...entries.map(({ bytes }) => bytes.length));
    this.#groups = Array.from({ length: longest + 1 }, (_, length) =>
      toGroup(entries.filter(({ bytes }) => bytes.length === length)),
    );
  }

  /** What the bytes from `start` to `end` lead to, all of them. */
  find(bytes: Uint8Array, start: number, end: number): TLeaf | null {
    const length = end - start;
    const group = length < this.#groups.length ? (this.#groups[length] as StaticGroup<TLeaf> | null) : null; // in bounds
    return group === null ? null : findInGroup(group, bytes, start);
  }
}

function findInGroup<TLeaf>(
  { probes, slots }: StaticGroup<TLeaf>,
  bytes: Uint8Array,
  start: number,
): TLeaf | null {
  const mask = slots.length - 1;
  for (let slot = hash(probes, bytes, start) & mask; ; slot = (slot + 1) & mask) {
    const entry = slots[slot] as StaticEntry<TLeaf> | null; // slot <= mask
    if (entry === null) return null;
    if (startsWith(bytes, start, entry.bytes)) return entry.leaf;
  }
}

function hash(probes: readonly number[], bytes: ArrayLike<number>, start: number): number {
  let sum = 0;
  for (let i = 0; i < probes.length; i++)
    sum = Math.imul(sum, 31) + (bytes[start + (probes[i] as number)] as number); // within the path
  return sum ^ (sum >>> 7);
}

function startsWith(bytes: Uint8Array, start: number, expected: readonly number[]): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
  return true;
}

function toGroup<TLeaf>(entries: readonly StaticEntry<TLeaf>[]): StaticGroup<TLeaf> | null {
  if (entries.length === 0) return null;
  const probes = chooseProbes(entries.map(({ bytes }) => bytes));
  const slots: (StaticEntry<TLeaf> | null)[] = Array.from({ length: tableSize(entries.length) }, () => null);
  for (const entry of entries) {
    let slot = hash(probes, entry.bytes, 0) & (slots.length - 1);
    while (slots[slot] !== null) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = entry;
  }
  return { probes, slots };
}

function tableSize(count: number): number {
  return 2 ** Math.ceil(Math.log2(count * 2));
}

/** Takes the position that tells most paths apart, again and again, until all are. */
function chooseProbes(paths: readonly (readonly number[])[]): number[] {
  const probes: number[] = [];
  let keys = paths.map(() => "");
  while (probes.length < MAX_PROBES && new Set(keys).size < paths.length) {
    const next = bestPosition(paths, keys);
    keys = keys.map((key, i) => `${key},${paths[i]?.[next]}`);
    probes.push(next);
  }
  return probes;
}

function bestPosition(paths: readonly (readonly number[])[], keys: readonly string[]): number {
  let best = 0;
  let most = 0;
  for (let at = 0; at < (paths[0]?.length ?? 0); at++) {
    const apart = new Set(keys.map((key, i) => `${key},${paths[i]?.[at]}`)).size;
    if (apart > most) [best, most] = [at, apart];
  }
  return best;
}
