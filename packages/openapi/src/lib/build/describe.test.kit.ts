import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { createApp, defineModule, RouteRegistry, type AppOptions, type ModuleOptions } from "@armature/core";
import type { OpenApiDocument, OpenApiInfo, OpenApiOperation } from "../document/open-api.ts";
import { buildDocument } from "./build-document.ts";
import type { DocumentOptions } from "./options.ts";

export const INFO: OpenApiInfo = { title: "Test", version: "1.0.0" };

export interface Setting {
  readonly module: ModuleOptions;
  readonly app?: AppOptions;
  readonly document?: Partial<DocumentOptions>;
}

/** The document of an application; what it says is valid OpenAPI, whatever the test is about. */
export async function describe({ module, app = {}, document = {} }: Setting): Promise<OpenApiDocument> {
  await using running = await createApp(defineModule(module), app);
  const described = buildDocument(running.get(RouteRegistry), { info: INFO, ...document });
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(described)));
  assert.ok(valid, JSON.stringify(errors));
  return described;
}

export async function operation(
  route: ModuleOptions["routes"],
  options: Partial<Setting> = {},
): Promise<OpenApiOperation> {
  const { paths } = await describe({ module: { routes: route ?? [] }, ...options });
  const [item = {}] = Object.values(paths);
  return Object.values(item)[0] ?? assert.fail("one operation");
}

/** The names of all schemas but the one of errors, which every route has. */
export function schemaNames(components: OpenApiDocument["components"]): string[] {
  return Object.keys(components?.schemas ?? {}).filter((name) => name !== "Problem");
}
