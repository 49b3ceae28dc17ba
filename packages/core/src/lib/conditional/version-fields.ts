import { parseEtag, parseHttpDate, type FieldList, type ResponseHead } from "@armature/http";
import { joinFields } from "../pipeline/answer-head.ts";
import type { Version } from "./conditional-answer.ts";
import { findField } from "./find-field.ts";

/** All fields of a head as one list. */
export function fieldsOf({ block, fields }: ResponseHead): FieldList {
  return fields === null ? block.fields : joinFields(block.fields, fields);
}

/** What the fields of an answer say of its version. */
export function versionOf(fields: FieldList): Version {
  const etag = findField(fields, "etag");
  const modified = findField(fields, "last-modified");
  return {
    etag: etag === undefined ? null : parseEtag(etag),
    modifiedMs: modified === undefined ? null : (parseHttpDate(modified)?.getTime() ?? null),
  };
}

/** The fields without those of the names, which are in lower case. */
export function withoutFields(fields: FieldList, names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] as string; // at + 1 < length
    if (!names.has(name.toLowerCase())) kept.push(name, fields[at + 1] as string);
  }
  return kept;
}
