import type { StandardSchemaV1 } from "@armature/schema";
import type { CallPlan } from "../request/send-call.ts";
import { readPieces } from "./open-stream.ts";
import { parseValue } from "./parse-value.ts";
import { readLines } from "./read-lines.ts";

/** The JSON values that the lines of an answer are, as they arrive; empty lines are none. */
export async function* readValues(
  plan: CallPlan,
  schema: StandardSchemaV1 | undefined,
): AsyncGenerator<unknown, void, undefined> {
  for await (const line of readPieces(plan, readLines)) {
    if (line.trim() !== "") yield await parseValue(plan.route, line, schema);
  }
}
