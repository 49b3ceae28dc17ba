import { encodeText, toParamText, unsendable, type PlaceText } from "./param-text.ts";

/** Values of path parameters by name. */
export type PathValues = Readonly<Record<string, unknown>>;

/**
 * Writes the path of a pattern, e.g. "/users/a%2Fb" of "/users/:id" and { id: "a/b" }. Optional segments are left out where
 * their parameter is `undefined`, and kept where they are static.
 * @throws ClientError `E_CLIENT_PARAM` for a parameter that is missing, or has no place in a path
 */
export function encodePath(method: string, pattern: string, values: PathValues): string {
  const route = `${method} ${pattern}`;
  const segments = pattern
    .slice(1)
    .split("/")
    .flatMap((segment) => encodeSegment(segment, values, route));
  return `/${segments.join("/")}`;
}

/** ":name", ":name(constraint)" or "*name", each with "?" behind it where it is optional. */
const PARAM = /^([:*])([A-Za-z_$][\w$]*)(?:\(.*\))?(\?)?$/;

function encodeSegment(segment: string, values: PathValues, route: string): string[] {
  const [, sign, name, optional] = PARAM.exec(segment) ?? [];
  if (sign === undefined || name === undefined) return [segment.replace(/\?$/, "")];
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  const place: PlaceText = () => `params.${name} of ${route}`;
  if (value !== undefined) return sign === ":" ? [encodeParam(value, place)] : [encodeRest(value, place)];
  if (optional === "?") return [];
  throw unsendable(place, "is missing");
}

function encodeParam(value: unknown, place: PlaceText): string {
  const text = toParamText(value, place);
  if (text === "") throw unsendable(place, "is empty, and a path has no empty parameters");
  return encodePart(text, place);
}

/** The slashes of a wildcard are those of the path. */
function encodeRest(value: unknown, place: PlaceText): string {
  const text = toParamText(value, place);
  return text
    .split("/")
    .map((part) => encodePart(part, place))
    .join("/");
}

/** Dot segments are removed from every URL, also where they are escaped (WHATWG URL, 4.4). */
function encodePart(text: string, place: PlaceText): string {
  if (text === "." || text === "..")
    throw unsendable(place, `has the segment "${text}", which every URL loses`);
  return encodeText(text, place);
}
