/**
 * Writes keys as a JSON Pointer (RFC 6901); no keys give "", the whole value.
 *
 * @example
 * toJsonPointer(["users", 0, "a/b"]); // "/users/0/a~1b"
 */
export function toJsonPointer(keys: Iterable<PropertyKey>): string {
  let pointer = "";
  for (const key of keys) pointer += `/${escapeKey(key)}`;
  return pointer;
}

/**
 * Reads the keys of a JSON Pointer (RFC 6901); the reverse of {@link toJsonPointer}, with every key a string.
 *
 * @example
 * fromJsonPointer("/users/0/a~1b"); // ["users", "0", "a/b"]
 */
export function fromJsonPointer(pointer: string): string[] {
  if (pointer === "") return [];
  return pointer.slice(1).split("/").map(unescapeKey);
}

function escapeKey(key: PropertyKey): string {
  const text = typeof key === "symbol" ? (key.description ?? "") : String(key);
  return text.includes("~") || text.includes("/") ? text.replaceAll("~", "~0").replaceAll("/", "~1") : text;
}

function unescapeKey(key: string): string {
  // "~1" first: "~01" stands for "~1", not for "/".
  return key.includes("~") ? key.replaceAll("~1", "/").replaceAll("~0", "~") : key;
}
