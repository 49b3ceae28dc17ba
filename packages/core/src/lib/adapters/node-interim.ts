import type { ServerResponse } from "node:http";
import type { FieldList } from "@armature/http";
import { rawPairs } from "./raw-pairs.ts";

/** Sends an interim answer as far as `node:http` can: 102, and 103 with `link` fields that it takes; others are left out. */
export function informNode(response: ServerResponse, status: number, fields: FieldList): void {
  // The response of an HTTP/2 stream has no writeProcessing.
  if (status === 102) return void ("writeProcessing" in response && response.writeProcessing());
  if (status !== 103) return;
  try {
    response.writeEarlyHints(toHints(fields));
  } catch {
    // Node refuses some links that are well-formed; a hint is not worth an error.
  }
}

function toHints(fields: FieldList): Record<string, string | string[]> {
  const hints: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>; // no key is there yet
  const links: string[] = [];
  for (const [name, value] of rawPairs(fields)) {
    if (name.toLowerCase() === "link") links.push(value);
    else hints[name.toLowerCase()] = value;
  }
  return { ...hints, link: links };
}
