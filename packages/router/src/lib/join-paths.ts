/**
 * Joins a prefix and a path with exactly one slash between them; the result begins with one.
 *
 * Only the seam is changed: a slash at the end of `path` stays, as it makes a different path.
 * @example
 * joinPaths("/users", "/:id"); // "/users/:id"
 * joinPaths("/users", "/"); // "/users"
 */
export function joinPaths<TPrefix extends string, TPath extends string>(
  prefix: TPrefix,
  path: TPath,
): JoinPaths<TPrefix, TPath> {
  const head = trimStart(trimEnd(prefix));
  const tail = trimStart(path);
  const joined = head === "" || tail === "" ? `/${head}${tail}` : `/${head}/${tail}`;
  return joined as JoinPaths<TPrefix, TPath>; // the type says the same, step by step
}

/** The type of {@link joinPaths}: `JoinPaths<"/users", "/:id">` is `"/users/:id"`. */
export type JoinPaths<TPrefix extends string, TPath extends string> = string extends TPrefix | TPath
  ? string
  : Join<TrimStart<TrimEnd<TPrefix>>, TrimStart<TPath>>;

type Join<THead extends string, TTail extends string> = "" extends THead | TTail
  ? `/${THead}${TTail}`
  : `/${THead}/${TTail}`;

type TrimStart<TText extends string> = TText extends `/${infer TRest}` ? TrimStart<TRest> : TText;
type TrimEnd<TText extends string> = TText extends `${infer TRest}/` ? TrimEnd<TRest> : TText;

function trimStart(text: string): string {
  let at = 0;
  while (text[at] === "/") at++;
  return text.slice(at);
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end--;
  return text.slice(0, end);
}
