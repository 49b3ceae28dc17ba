/** Query parameters: a string, or a list of strings where the name is repeated. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Reads `application/x-www-form-urlencoded` (WHATWG URL, 5.1) into an object without a prototype. */
export function parseQuery(text: string): Record<string, string | string[]> {
  // No prototype: a parameter may be called "__proto__".
  const result = Object.create(null) as Record<string, string | string[]>;
  if (text === "") return result;
  for (const [name, value] of toSearchParams(text)) {
    const earlier = result[name];
    if (earlier === undefined) result[name] = value;
    else if (typeof earlier === "string") result[name] = [earlier, value];
    else earlier.push(value);
  }
  return result;
}

/** The parameters of a query that stands without its "?": one that it starts with is part of it, and URLSearchParams would drop it. */
export function toSearchParams(query: string): URLSearchParams {
  return new URLSearchParams(query.startsWith("?") ? `?${query}` : query);
}
