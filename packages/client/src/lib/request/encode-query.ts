import { encodeText, toParamText } from "./param-text.ts";

/**
 * Writes query parameters with "?" in front; "" where there are none. A list is its name repeated; `undefined` and `null` are
 * left out.
 * @throws ClientError `E_CLIENT_PARAM` for values that have no text, as objects
 */
export function encodeQuery(route: string, values: Readonly<Record<string, unknown>>): string {
  const pairs = encodePairs(route, "query", values);
  return pairs === "" ? "" : `?${pairs}`;
}

/** Writes names and values as `application/x-www-form-urlencoded`; also for bodies. */
export function encodePairs(route: string, part: string, values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) =>
      toList(value).map((one) => encodePair(name, one, `${part}.${name} of ${route}`)),
    )
    .join("&");
}

function encodePair(name: string, value: unknown, place: string): string {
  const where = (): string => place;
  return `${encodeText(name, where)}=${encodeText(toParamText(value, where), where)}`;
}

function toList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
