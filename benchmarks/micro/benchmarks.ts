/** Every named benchmark, with those that it compares. The first is what the others are compared with. */

const SIZES = ["small", "medium", "large"] as const;
const KINDS = ["match_first", "match_middle", "match_last", "not_found"] as const;
const ROUTERS = ["armature", "armature-bytes", "find-my-way", "hono-router", "rou3"];

/** The counts of routes; a distinct table is another one only above 40 routes. */
const TABLES = ["10", "100", "500", "100_distinct", "500_distinct"] as const;

/** Payloads with a length of one, two and eight bytes. */
const FRAME_BYTES = [125, 1024, 65_536] as const;

const PAIRS: readonly (readonly [name: string, contestants: readonly string[]])[] = [
  ...["health_check", "get_with_param", "post_with_body"].map(
    (name) => [`full_cycle/${name}`, ["armature", "armature-fetch", "fastify", "hono"]] as const,
  ),
  ...KINDS.flatMap((kind) => TABLES.map((table) => [`routing/${kind}/${table}`, ROUTERS] as const)),
  ...SIZES.map(
    (size) =>
      [`json_operations/serialize_${size}`, ["armature", "json-stringify", "fast-json-stringify"]] as const,
  ),
  ...SIZES.map(
    (size) =>
      [`json_operations/deserialize_${size}`, ["armature", "json-parse", "secure-json-parse"]] as const,
  ),
  ...[0, 1, 5, 10].map(
    (count) => [`middleware/chain_${count}`, ["armature", "armature-fetch", "fastify", "hono"]] as const,
  ),
  ...["fields", "file_65536"].map(
    (name) => [`multipart/${name}`, ["armature", "fastify-busboy", "form-data"]] as const,
  ),
  ...["parse", "serialize"].flatMap((kind) =>
    FRAME_BYTES.map((bytes) => [`websocket/${kind}_${bytes}`, ["armature", "ws"]] as const),
  ),
  ["cookies/parse_5", ["armature", "cookie"]],
  ["di/resolve_singleton", ["armature"]],
  ["di/request_scope", ["armature"]],
];

export const BENCHMARKS: ReadonlyMap<string, readonly string[]> = new Map(PAIRS);

export const COOKIES = "theme=dark; session=a81f0c2be94d4; lang=en-GB; consent=all%20of%20it; visits=12";

/** The parts of the name of a routing benchmark. */
export function readRouting(benchmark: string): { kind: string; count: number; isDistinct: boolean } {
  const [, kind = "", table = ""] = benchmark.split("/");
  return { kind, count: Number.parseInt(table, 10), isDistinct: table.endsWith("_distinct") };
}

/** What stands behind the last underscore, as "large" in "json_operations/serialize_large". */
export function lastWord(benchmark: string): string {
  return benchmark.slice(benchmark.lastIndexOf("_") + 1);
}
