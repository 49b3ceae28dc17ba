import { ClientError } from "../client-error.ts";

/** A place in a call, for messages, e.g. `params.id of GET /users/:id`. */
export type PlaceText = () => string;

/**
 * A value as the text that a path, a query, a field or a cookie carries.
 * @throws ClientError `E_CLIENT_PARAM` for what has no such text
 */
export function toParamText(value: unknown, place: PlaceText): string {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      if (Number.isFinite(value)) return String(value);
      break;
    case "object":
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
      break;
    default:
  }
  throw unsendable(
    place,
    `must be a string, a finite number, a boolean or a valid date (got ${describe(value)})`,
  );
}

/** Percent-encodes a text so that it is one segment, or one name or value of a query. */
export function encodeText(text: string, place: PlaceText): string {
  if (!text.isWellFormed()) throw unsendable(place, "has half of a surrogate pair, which has no UTF-8");
  return encodeURIComponent(text);
}

/** An error that names the place. */
export function unsendable(place: PlaceText, what: string): ClientError {
  return new ClientError("E_CLIENT_PARAM", `${place()} ${what}.`);
}

function describe(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return "a list";
  return value === null
    ? "null"
    : value instanceof Date
      ? "an invalid date"
      : `a value of type ${typeof value}`;
}
