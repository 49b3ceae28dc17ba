import { HttpError } from "@armature/http";

/**
 * Parses the JSON of a client.
 * @throws HttpError 400 `E_JSON_INVALID`; 400 `E_JSON_PROTOTYPE` for keys that would reach into prototypes when copied
 */
export function parseJson(text: string): unknown {
  if (text === "") throw new HttpError(400, "E_JSON_INVALID", "The request body is empty; send JSON.");
  const value = parse(text);
  // Escapes can spell the key too; the walk is paid only by texts that might hold it.
  if (text.includes("__proto__") || text.includes("\\u00")) assertNoPrototypeKeys(value);
  else if (text.includes('"constructor"')) assertNoPrototypeKeys(value);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // The engine's message may quote the body, so it stays in the cause.
    throw new HttpError(400, "E_JSON_INVALID", "The request body is not valid JSON.", { cause });
  }
}

function assertNoPrototypeKeys(root: unknown): void {
  // A stack of its own: the depth of the input must not become the depth of calls.
  const pending: object[] = [];
  addObjects(pending, [root]);
  for (let value = pending.pop(); value !== undefined; value = pending.pop())
    addObjects(pending, Array.isArray(value) ? value : checkedMembers(value));
}

/** What is no object has no keys, and a body can have very many of it. */
function addObjects(pending: object[], values: readonly unknown[]): void {
  for (const value of values) if (typeof value === "object" && value !== null) pending.push(value);
}

function checkedMembers(value: object): unknown[] {
  if (Object.hasOwn(value, "__proto__")) throw forbiddenKey("__proto__");
  if (Object.hasOwn(value, "constructor") && hasPrototypeKey(value.constructor))
    throw forbiddenKey("constructor");
  return Object.values(value);
}

function hasPrototypeKey(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "prototype");
}

function forbiddenKey(key: string): HttpError {
  return new HttpError(400, "E_JSON_PROTOTYPE", `The request body may not have the key "${key}".`);
}
