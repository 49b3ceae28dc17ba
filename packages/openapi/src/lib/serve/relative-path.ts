/**
 * How a page refers to another path of the same application, whatever stands in front of both.
 *
 * @example
 * relativePath("/docs/api", "/openapi.json"); // "../openapi.json"
 */
export function relativePath(from: string, to: string): string {
  const depth = from.split("/").length - 2;
  return (depth > 0 ? "../".repeat(depth) : "./") + to.replace(/^\//, "");
}
