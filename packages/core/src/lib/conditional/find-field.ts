import type { FieldList } from "@armature/http";

/** The value of a field of a list, the last one where there are several; `name` is in lower case. */
export function findField(fields: FieldList, name: string): string | undefined {
  for (let at = fields.length - 2; at >= 0; at -= 2) {
    const one = fields[at] as string; // at is within
    if (one.length === name.length && one.toLowerCase() === name) return fields[at + 1];
  }
  return undefined;
}
