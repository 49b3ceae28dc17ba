/** Names and values of a flat list of `node:http`, as they were received. */
export function* rawPairs(raw: readonly string[]): Generator<readonly [name: string, value: string]> {
  for (let at = 0; at + 1 < raw.length; at += 2) yield [raw[at] as string, raw[at + 1] as string]; // at + 1 < length
}
