import {
  defineModule,
  get,
  reply,
  type AnyReply,
  type GuardRef,
  type ModuleDefinition,
  type RouteField,
} from "@armature/core";
import { provide } from "@armature/di";
import type { DocumentOptions } from "../build/options.ts";
import { DOCUMENT_OPTIONS, OpenApiService } from "./open-api-service.ts";
import { findViewer } from "./viewer-file.ts";
import { VIEWER_CSP, viewerHtml } from "./viewer-page.ts";

/** What a document says, and where it is served. */
export interface OpenApiOptions extends DocumentOptions {
  /** Where the document is served as JSON. Default "/openapi.json". */
  readonly json?: string;
  /** Where it is served as YAML; `false` for nowhere. Default "/openapi.yaml". */
  readonly yaml?: string | false;
  /** Where people browse it, with the package openapi-explorer; `false` for nowhere. Default "/docs". */
  readonly page?: string | false;
  /** Who may see all of these. Default: everyone. */
  readonly guards?: readonly GuardRef[];
}

/**
 * A module that serves the OpenAPI 3.1 document of the application it is imported into, and a page to browse it.
 *
 * The document is written when the application starts, which fails where a route cannot be described.
 * @throws ArmatureError `E_OPENAPI_VIEWER` where the page is wanted and its viewer is not installed
 * @example
 * const AppModule = defineModule({
 *   imports: [openApi({ info: { title: "Users", version: "1.0.0" } }), UserModule],
 * });
 */
export function openApi({
  json = "/openapi.json",
  yaml = "/openapi.yaml",
  page = "/docs",
  guards = [],
  ...document
}: OpenApiOptions): ModuleDefinition {
  const yamlRoutes = yaml === false ? [] : [textRoute(yaml, "application/yaml", ({ yaml: text }) => text)];
  const pageRoutes = page === false ? [] : viewerRoutes(document.info.title, page, json);
  const module = defineModule({
    name: "OpenApiModule",
    providers: [provide(DOCUMENT_OPTIONS, { useValue: document }), OpenApiService],
    guards,
    routes: [textRoute(json, "application/json", (service) => service.json), ...yamlRoutes, ...pageRoutes],
  });
  DOCUMENTS.set(module, document);
  return module;
}

const DOCUMENTS = new WeakMap<ModuleDefinition, DocumentOptions>();

/** What the document of a module says; `null` where {@link openApi} did not make the module. For tools. */
export function documentOptionsOf(module: ModuleDefinition): DocumentOptions | null {
  return DOCUMENTS.get(module) ?? null;
}

/** Documents do not describe the routes that they are served by. */
const HIDDEN = { docs: { hidden: true } } as const;

function textRoute(path: string, type: string, textOf: (service: OpenApiService) => string): RouteField {
  return get(path, HIDDEN, (context): AnyReply => {
    const text = textOf(context.inject(OpenApiService));
    return context.reply(200, Buffer.from(text)).type(type).header("cache-control", "no-cache");
  });
}

function viewerRoutes(title: string, pagePath: string, jsonPath: string): RouteField[] {
  const scriptPath = `${pagePath.replace(/\/$/, "")}/openapi-explorer.js`;
  const html = viewerHtml({ title, pagePath, jsonPath, scriptPath });
  const script = findViewer();
  return [
    get(pagePath, HIDDEN, (): AnyReply => reply.html(html).header("content-security-policy", VIEWER_CSP)),
    get(scriptPath, HIDDEN, (): AnyReply => reply.file(script, { cacheControl: "public, max-age=86400" })),
  ];
}
