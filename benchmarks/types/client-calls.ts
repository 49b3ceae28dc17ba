/** The text of a module that calls each of so many generated routes once, and holds what comes back against its type. */
export function generateCalls(form: "chained" | "fields", count: number): string {
  const features = Array.from({ length: count / 10 }, (_, at) => at);
  const imports =
    form === "chained"
      ? ['import type { api } from "./app.ts";', "type Api = typeof api;"]
      : [
          ...features.map((at) => `import type { UserController as Users${at} } from "./feature-${at}.ts";`),
          `type Api = ${features.map((at) => `typeof Users${at}`).join(" | ")};`,
        ];
  return [
    'import { createClient } from "@armature/client";',
    ...imports,
    'const client = createClient<Api>("http://127.0.0.1");',
    ...features.map((at) => callFeature(`/users${at}`, form === "chained" ? "/" : "", at)),
  ].join("\n");
}

/** Calls the ten routes of a feature; a chain keeps the slash at the end of its paths, a controller has none. */
function callFeature(base: string, end: string, at: number): string {
  const body = '{ name: "a", email: "b", tags: [] }';
  const calls = [
    [
      `("${base}${end}")`,
      ".get({ query: { page: 1 } })",
      "const names: string[] = data.map(({ name }) => name)",
      "200",
    ],
    [`("${base}/:id")`, ".get({ params: { id: 7 } })", "const name: string = data.name", "200"],
    [`("${base}${end}")`, `.post({ body: ${body} })`, "const id: number = data.id", "201"],
    [`("${base}/:id")`, `.put({ params: { id: 7 }, body: ${body} })`, "const id: number = data.id", "200"],
    [`("${base}/:id")`, ".delete({ params: { id: 7 } })", "const nothing: undefined = data", "204"],
    [`("${base}/numbers/:id(int)")`, ".get({ params: { id: 7 } })", "const next: number = data.next", "200"],
    [
      `("${base}/:slug/:tab(posts|likes)?")`,
      '.get({ params: { slug: "x", tab: "posts" } })',
      'const tab: "posts" | "likes" | null = data.tab',
      "200",
    ],
    [`("${base}/files/*path")`, '.get({ params: { path: "a/b" } })', "const parts: string[] = data", "200"],
    [`("${base}/raw")`, '.post({ body: "text" })', "const length: number = data.length", "200"],
    [`("${base}/search")`, ".get({ query: { page: 2 } })", "const found: string[] = data", "200"],
  ];
  const lines = calls.map(
    ([path, call, check, status]) =>
      `  { const { status, data } = await client${path}${call}; if (status === ${status}) { ${check}; } }`,
  );
  return [`export async function call${at}(): Promise<void> {`, ...lines, "}"].join("\n");
}
