import { encodeFields, type FieldList } from "./header-block.ts";
import { HttpError } from "./http-error.ts";

/**
 * Refuses an interim answer that must not be written, and gives its field lines.
 *
 * @throws HttpError 500 `E_STATUS_INVALID` for a status that is not from 102 to 199: 100 and 101 belong to the engine
 * @throws HttpError as {@link encodeFields} does
 */
export function assertInterim(status: number, fields: FieldList): string {
  if (Number.isInteger(status) && status >= 102 && status <= 199) return encodeFields(fields);
  throw new HttpError(
    500,
    "E_STATUS_INVALID",
    `The status of an interim answer must be a whole number from 102 to 199 (got ${String(status)}).`,
  );
}
