import { assertField, type ResponseHead } from "@armature/http";

/** The fields of a head as pairs, after the checks that an engine makes. @throws HttpError as `assertField` does */
export function checkedHead(head: ResponseHead): [name: string, value: string][] {
  const pairs = toPairs(head.block.fields);
  if (head.fields !== null) {
    for (const [name, value] of toPairs(head.fields)) {
      assertField(name, value);
      pairs.push([name, value]);
    }
  }
  return pairs;
}

function toPairs(fields: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < fields.length; at += 2)
    pairs.push([fields[at] as string, fields[at + 1] as string]); // at + 1 < length
  return pairs;
}
