import { placeOf, type RouteInfo, type RouteRegistry } from "@armature/core";
import { parsePattern } from "@armature/router";
import type {
  OpenApiDocument,
  OpenApiMethod,
  OpenApiOperation,
  OpenApiPathItem,
  OpenApiTag,
  SecurityScheme,
} from "../document/open-api.ts";
import { canonicalText } from "./json-walk.ts";
import { OpenApiError, type OpenApiFault } from "./open-api-error.ts";
import { nameOperations } from "./name-operations.ts";
import type { DocumentOptions } from "./options.ts";
import { toParameters } from "./parameters.ts";
import { type PathTemplate, toTemplates } from "./path-template.ts";
import { toProblemAnswers } from "./problem-answers.ts";
import { toRequestBody } from "./request-body.ts";
import { toAnswers } from "./responses.ts";
import { SchemaBook } from "./schema-book.ts";
import { securityOf, toRequirement } from "./security.ts";
import { versionParameter } from "./version-parameter.ts";

/** What a document is made of: the registry of an application has it. */
export type RouteSource = Pick<RouteRegistry, "routes" | "constraints" | "versioning">;

/**
 * Describes the routes of an application as an OpenAPI 3.1 document.
 *
 * Routes with `docs.hidden`, and methods that OpenAPI cannot name, are left out.
 * @throws OpenApiError with all faults: `E_JSON_SCHEMA`, `E_OPENAPI_OPERATION_ID`, `E_OPENAPI_CONFLICT`, `E_OPENAPI_SECURITY`
 * @example
 * const document = buildDocument(app.get(RouteRegistry), { info: { title: "Users", version: "1.0.0" } });
 */
export function buildDocument(source: RouteSource, options: DocumentOptions): OpenApiDocument {
  return new DocumentBuilder(source, options).build();
}

const METHODS: ReadonlySet<string> = new Set([
  "get",
  "put",
  "post",
  "delete",
  "options",
  "head",
  "patch",
  "trace",
]);

/** One operation at one path. */
interface PlacedOperation {
  readonly route: RouteInfo;
  readonly template: PathTemplate;
  readonly method: OpenApiMethod;
}

class DocumentBuilder {
  readonly #source: RouteSource;
  readonly #options: DocumentOptions;
  readonly #book: SchemaBook;
  readonly #faults: OpenApiFault[] = [];
  readonly #schemes = new Map<string, SecurityScheme>();
  readonly #paths: Record<string, OpenApiPathItem> = {};
  /** The routes of the operations, by method and template. */
  readonly #holders = new Map<string, RouteInfo>();

  constructor(source: RouteSource, options: DocumentOptions) {
    this.#source = source;
    this.#options = options;
    this.#book = new SchemaBook(options.schemas ?? {}, options.jsonSchema ?? {});
  }

  build(): OpenApiDocument {
    const placed = this.#source.routes
      .filter((route) => this.#isShown(route))
      .flatMap((route) => this.#place(route));
    const { names, faults } = nameOperations(
      placed.map(({ route, template }) => ({ route, path: template.path })),
    );
    this.#faults.push(...faults);
    for (const [at, operation] of placed.entries()) this.#add(operation, names[at] ?? "");
    this.#throwFaults();
    const { info, servers, externalDocs } = this.#options;
    const tags = this.#tags(placed.map(({ route }) => route));
    return {
      openapi: "3.1.1",
      info,
      ...(servers === undefined ? {} : { servers }),
      ...(tags.length === 0 ? {} : { tags }),
      ...(externalDocs === undefined ? {} : { externalDocs }),
      paths: this.#paths,
      ...this.#components(),
    };
  }

  #isShown({ docs, method, versions, hosts }: RouteInfo): boolean {
    const { version, host } = this.#options;
    return (
      docs.hidden !== true &&
      METHODS.has(method.toLowerCase()) &&
      includes(versions, version) &&
      includes(hosts, host)
    );
  }

  #place(route: RouteInfo): PlacedOperation[] {
    const pattern = parsePattern(route.path, { constraints: this.#source.constraints });
    const method = route.method.toLowerCase() as OpenApiMethod; // isShown asked METHODS
    return toTemplates(pattern).map((template) => ({ route, template, method }));
  }

  #add({ route, template, method }: PlacedOperation, operationId: string): void {
    const { path } = template;
    const item = this.#paths[path] ?? {};
    const place = `${method} ${path}`;
    const holder = this.#holders.get(place);
    if (holder !== undefined) return this.#conflict(route, holder, path);
    this.#holders.set(place, route);
    this.#paths[path] = { ...item, [method]: this.#operation(route, template, operationId) };
  }

  #operation(route: RouteInfo, template: PathTemplate, operationId: string): OpenApiOperation {
    const { summary, description, deprecated } = route.docs;
    const version = versionParameter(route, this.#source.versioning);
    const parameters = [...toParameters(route, template, this.#book), ...version];
    const requestBody = toRequestBody(route, operationId, this.#book);
    return {
      operationId,
      ...(summary === undefined ? {} : { summary }),
      ...(description === undefined ? {} : { description }),
      tags: tagsOf(route),
      ...(deprecated === true ? { deprecated } : {}),
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(requestBody === null ? {} : { requestBody }),
      responses: this.#responses(route, operationId),
      ...this.#security(route),
    };
  }

  /** What is declared as an answer may be one of the errors' statuses too: then it has both media types. */
  #responses(route: RouteInfo, operationId: string): OpenApiOperation["responses"] {
    const answers = toAnswers(route, operationId, this.#book);
    const problems = Object.entries(toProblemAnswers(route, this.#book)).map(([status, problem]) => {
      const content = { ...answers[status]?.content, ...problem.content };
      return [status, { ...problem, content }] as const;
    });
    return { ...answers, ...Object.fromEntries(problems) };
  }

  #security(route: RouteInfo): Pick<OpenApiOperation, "security"> {
    const declarations = securityOf(route.stages);
    if (declarations.length === 0) return {};
    for (const { name, scheme } of declarations) {
      const known = this.#schemes.get(name) ?? scheme;
      this.#schemes.set(name, known);
      if (canonicalText(known) === canonicalText(scheme)) continue;
      this.#fault(
        "E_OPENAPI_SECURITY",
        `The guards of ${route.method} ${route.path} mean something else by the security scheme "${name}" than other guards do; give one of them another name.`,
      );
    }
    return { security: [toRequirement(declarations)] };
  }

  #components(): Pick<OpenApiDocument, "components"> {
    const schemas = this.#book.components;
    const parts = {
      ...(Object.keys(schemas).length === 0 ? {} : { schemas }),
      ...(this.#schemes.size === 0 ? {} : { securitySchemes: Object.fromEntries(this.#schemes) }),
    };
    return Object.keys(parts).length === 0 ? {} : { components: parts };
  }

  #tags(routes: readonly RouteInfo[]): OpenApiTag[] {
    const { tags = [] } = this.#options;
    const known = new Set(tags.map(({ name }) => name));
    const named = new Set(routes.flatMap(tagsOf).filter((name) => !known.has(name)));
    return [...tags, ...Array.from(named, (name) => ({ name }))];
  }

  #conflict(route: RouteInfo, holder: RouteInfo, template: string): void {
    const isConditional = [route, holder].some(({ hosts, versions }) => hosts !== null || versions !== null);
    const why = isConditional
      ? ' under another host or version; write a document for each of them with the option "version" or "host".'
      : ", and OpenAPI does not tell their paths apart; leave one of them out with docs.hidden.";
    this.#fault(
      "E_OPENAPI_CONFLICT",
      `${placeOf(route)} is described at ${template} already by ${placeOf(holder)}${why}`,
    );
  }

  #fault(code: string, message: string): void {
    this.#faults.push({ code, message });
  }

  #throwFaults(): void {
    for (const message of new Set(this.#book.faults)) this.#fault("E_JSON_SCHEMA", message);
    const [first, ...others] = this.#faults;
    if (first !== undefined) throw new OpenApiError([first, ...others]);
  }
}

/** A module is what its routes belong together by, where they say nothing themselves. */
function tagsOf({ docs, module }: RouteInfo): readonly string[] {
  return docs.tags ?? [module.replace(/Module$/, "") || "Module"];
}

/** Whether a route of these versions or hosts belongs to the wanted one; `null` stands for all of them. */
function includes(only: readonly string[] | null, wanted: string | undefined): boolean {
  return wanted === undefined || only === null || only.includes(wanted);
}
