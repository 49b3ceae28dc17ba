import {
  describeSchema,
  isStandardSchema,
  type JsonSchemaOptions,
  type SchemaSide,
  type StandardSchemaV1,
} from "@armature/schema";
import { SchemaTypes } from "./json-schema-type.ts";
import { writePathParams } from "./path-type.ts";

/** A route as an application lists it in `app.routes`. */
export interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  /** Where its handler stands, e.g. "UserController.find". */
  readonly name: string;
  readonly schemas: {
    readonly params?: StandardSchemaV1;
    readonly query?: StandardSchemaV1;
    readonly headers?: StandardSchemaV1;
    readonly cookies?: StandardSchemaV1;
    readonly body?: StandardSchemaV1;
    readonly response?: StandardSchemaV1 | { readonly [status: number]: StandardSchemaV1 | null };
    /** The data of the events that it streams. */
    readonly events?: Readonly<Record<string, StandardSchemaV1>>;
  };
  /** The errors that it is known to answer. Default: none. */
  readonly errors?: readonly DescribedError[];
}

/** An error as an application lists it with its routes. */
export interface DescribedError {
  readonly status: number;
  readonly code: string;
  /** The schema of what its problem document has beside the standard members. */
  readonly details: StandardSchemaV1 | null;
}

/** How an API is written. */
export interface GenerateOptions {
  /** The name of the exported type. Default "Api". */
  readonly name?: string;
  /** How schemas become JSON Schemas, as `converters` for valibot. Default: as their libraries say. */
  readonly jsonSchema?: JsonSchemaOptions;
}

/** Something that the types of the client will not know. */
export interface ApiGap {
  /** E.g. "GET /users/:id (UserController.find)". */
  readonly route: string;
  readonly message: string;
}

/** A file with the types of an API. */
export interface GeneratedText {
  readonly text: string;
  /** What is `unknown` in it, and why. */
  readonly gaps: readonly ApiGap[];
}

/**
 * Writes the types of an application's routes for a client, from the JSON Schemas of what the routes declare. The text needs
 * neither the server's sources nor the schema library.
 *
 * @example
 * const app = await createApp(AppModule);
 * const { text, gaps } = generateApi(app.routes);
 * await writeFile("api.ts", text);
 */
export function generateApi(routes: readonly DescribedRoute[], options: GenerateOptions = {}): GeneratedText {
  const writer = new ApiWriter(options);
  const table = writer.table(routes);
  const name = options.name ?? "Api";
  const lines = [
    "// Generated from the routes of an application; do not edit.",
    "",
    "/** The routes of the API; for `createClient`. */",
    `export interface ${name} {`,
    "  readonly __table?: readonly [Routes];",
    "}",
    "",
    "interface Routes {",
    ...table,
    "}",
    ...writer.declarations().flatMap((declaration) => ["", declaration]),
    "",
  ];
  return { text: lines.join("\n"), gaps: writer.gaps };
}

const PARTS = ["params", "query", "headers", "cookies", "body"] as const;

class ApiWriter {
  readonly gaps: ApiGap[] = [];
  readonly #types = new SchemaTypes();
  readonly #jsonSchema: JsonSchemaOptions;

  constructor({ jsonSchema = {} }: GenerateOptions) {
    this.#jsonSchema = jsonSchema;
  }

  /** One member for each path, sorted, so that the text changes only where the routes do. */
  table(routes: readonly DescribedRoute[]): string[] {
    const paths = Map.groupBy(routes, ({ path }) => path);
    return [...paths].toSorted(byText(([path]) => path)).flatMap(([path, entries]) => {
      const sorted = entries.toSorted(byText(({ method }) => method));
      return [
        `  readonly ${JSON.stringify(path)}:`,
        `${sorted.flatMap((route) => this.#route(route)).join("\n")};`,
      ];
    });
  }

  declarations(): string[] {
    return this.#types.declarations();
  }

  #route(route: DescribedRoute): string[] {
    return [
      "    | {",
      `        readonly method: ${JSON.stringify(route.method)};`,
      `        readonly input: ${this.#input(route)};`,
      `        readonly answers: ${this.#answers(route)};`,
      ...this.#errors(route),
      ...this.#events(route),
      "      }",
    ];
  }

  #input(route: DescribedRoute): string {
    const parts = PARTS.flatMap((part) => {
      const type = this.#part(route, part);
      return type === null ? [] : [`readonly ${part}: ${type}`];
    });
    return parts.length === 0 ? "unknown" : `{ ${parts.join("; ")} }`;
  }

  #part(route: DescribedRoute, part: (typeof PARTS)[number]): string | null {
    const schema = route.schemas[part];
    if (schema === undefined) return part === "params" ? writePathParams(route.path) : null;
    const type = this.#type(route, part, schema, "input");
    // A browser's jar may have them, so no call needs to.
    return part === "cookies" ? `Partial<${type}>` : type;
  }

  #answers(route: DescribedRoute): string {
    const { response, events } = route.schemas;
    if (response === undefined && events !== undefined) return "{ readonly 200: unknown }";
    if (response === undefined) {
      this.#report(
        route,
        "declares no answers, so the client does not know its data; give it a response schema",
      );
      return "unknown";
    }
    const map = isStandardSchema(response) ? { 200: response } : response;
    const members = Object.entries(map).map(
      ([status, schema]) =>
        `readonly ${status}: ${schema === null ? "undefined" : this.#type(route, `answer ${status}`, schema, "output")}`,
    );
    return `{ ${members.join("; ")} }`;
  }

  /** Codes by status, and by code what their problems have beside the standard members. */
  #errors(route: DescribedRoute): string[] {
    const { errors = [] } = route;
    const codes = [...Map.groupBy(errors, ({ status }) => status)].map(
      ([status, same]) => `readonly ${status}: ${same.map(({ code }) => JSON.stringify(code)).join(" | ")}`,
    );
    const details = new Map(
      errors.flatMap(({ code, details: schema }) =>
        schema === null ? [] : [[code, this.#type(route, `details of ${code}`, schema, "output")]],
      ),
    );
    const members = [...details].map(([code, type]) => `readonly ${JSON.stringify(code)}: ${type}`);
    return [
      ...(codes.length === 0 ? [] : [`        readonly errors: { ${codes.join("; ")} };`]),
      ...(members.length === 0 ? [] : [`        readonly details: { ${members.join("; ")} };`]),
    ];
  }

  #events(route: DescribedRoute): string[] {
    const { events } = route.schemas;
    if (events === undefined) return [];
    const members = Object.entries(events).map(
      ([event, schema]) =>
        `readonly ${JSON.stringify(event)}: ${this.#type(route, `event "${event}"`, schema, "output")}`,
    );
    return [`        readonly events: { ${members.join("; ")} };`];
  }

  #type(route: DescribedRoute, part: string, schema: StandardSchemaV1, side: SchemaSide): string {
    const { json, gaps } = describeSchema(schema, side, this.#jsonSchema);
    for (const { path, what } of gaps) {
      const place = path === "" ? part : `${part} at "${path}"`;
      this.#report(route, `cannot say what its ${place} is: ${what}`);
    }
    return json === null ? "unknown" : this.#types.write(json, side);
  }

  #report({ method, path, name }: DescribedRoute, what: string): void {
    const route = `${method} ${path} (${name})`;
    this.gaps.push({ route, message: `${route} ${what}.` });
  }
}

/** Compares by code units, which no locale changes. */
function byText<T>(textOf: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => (textOf(a) < textOf(b) ? -1 : Number(textOf(a) > textOf(b)));
}
