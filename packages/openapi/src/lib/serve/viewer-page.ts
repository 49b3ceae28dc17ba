import { relativePath } from "./relative-path.ts";

/** What a page that shows a document refers to. */
export interface ViewerPage {
  readonly title: string;
  readonly pagePath: string;
  readonly jsonPath: string;
  readonly scriptPath: string;
}

/** The page: one element of the viewer, which loads the document; nothing comes from elsewhere. */
export function viewerHtml({ title, pagePath, jsonPath, scriptPath }: ViewerPage): string {
  const script = escapeHtml(relativePath(pagePath, scriptPath));
  const document = escapeHtml(relativePath(pagePath, jsonPath));
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <script type="module" src="${script}"></script>
    <style>html, body { margin: 0; height: 100% }</style>
  </head>
  <body>
    <openapi-explorer spec-url="${document}" hide-console></openapi-explorer>
    <noscript>The document of this API is at <a href="${document}">${document}</a>.</noscript>
  </body>
</html>
`;
}

/** The viewer styles its elements itself, shows inlined pictures, and calls the API, which may be served elsewhere. */
export const VIEWER_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
