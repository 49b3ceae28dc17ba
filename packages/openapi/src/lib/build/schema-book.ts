import {
  describeSchema,
  type JsonSchema,
  type JsonSchemaObject,
  type JsonSchemaOptions,
  type SchemaSide,
  type StandardSchemaV1,
} from "@armature/schema";
import { canonicalText, isObject, mapSchema } from "./json-walk.ts";

/** A schema of the document, and where it is used. */
export interface SchemaUse {
  readonly schema: StandardSchemaV1;
  readonly side: SchemaSide;
  /** For messages, e.g. "the body of POST /users". */
  readonly place: string;
  /** The name of the component where the schema needs one and brings none. */
  readonly fallbackName: string;
}

const DEFS = "#/$defs/";
const COMPONENTS = "#/components/schemas/";

/** Names of definitions that valibot, zod and arktype make up: they change with whatever else there is. */
const COUNTED = /^(?:__schema|alias|domain|intersection|morph|proto|union|unit)?\d+$/;

/** What references within one schema lead to: "#" is the schema itself, the others its definitions. */
type Scope = ReadonlyMap<string, string>;

const NO_SCOPE: Scope = new Map();

/**
 * Writes schemas for a document: those with a name become components, and wherever the same shape stands in another schema it is
 * referred to. Names come from the application, from `$defs` (where zod puts what has an id) and from `title`.
 */
export class SchemaBook {
  /** What JSON Schema cannot express, each with its place. */
  readonly faults: string[] = [];
  readonly #options: JsonSchemaOptions;
  readonly #components = new Map<string, JsonSchema>();
  /** The names of components, used or not, by the text of what they are made of. */
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  /** The name for what the library of the schema at hand only counts. */
  #fallbackName = "Schema";

  constructor(named: Readonly<Record<string, StandardSchemaV1>>, options: JsonSchemaOptions) {
    this.#options = options;
    // All names are known before the first schema is written, so that they may stand in each other.
    for (const [name, schema] of Object.entries(named)) this.#nameBothSides(name, schema);
  }

  /** Components that are referred to, in alphabetical order. */
  get components(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#components].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** A schema as it stands in the document: itself, or a reference to its component. */
  write(use: SchemaUse): JsonSchema {
    const json = this.#describe(use);
    this.#fallbackName = use.fallbackName;
    if (!isObject(json)) return json;
    if (refersToItself(json)) return this.#refer(titleOf(json) ?? use.fallbackName, json, NO_SCOPE);
    return this.#writeAny(json, NO_SCOPE);
  }

  /** What is given as JSON Schema already, as it stands in the document. */
  embed(json: JsonSchema): JsonSchema {
    return isObject(json) ? this.#writeAny(json, NO_SCOPE) : json;
  }

  /** A reference to a component that is given as JSON Schema already. */
  component(name: string, json: JsonSchemaObject): JsonSchema {
    return this.#refer(name, json, NO_SCOPE);
  }

  /** What a reference of this document leads to. */
  resolve(json: JsonSchema): JsonSchema {
    const name =
      isObject(json) && json.$ref?.startsWith(COMPONENTS) ? json.$ref.slice(COMPONENTS.length) : null;
    return name === null ? json : (this.#components.get(name) ?? json);
  }

  #nameBothSides(name: string, schema: StandardSchemaV1): void {
    for (const [side, given] of [
      ["output", name],
      ["input", `${name}Input`],
    ] as const) {
      const json = this.#describe({ schema, side, place: `the schema ${name}`, fallbackName: name });
      const text = canonicalText(definitionOf(json));
      if (this.#names.has(text)) continue;
      this.#names.set(text, given);
      this.#taken.add(given);
    }
  }

  #describe({ schema, side, place }: SchemaUse): JsonSchema {
    const { json, gaps } = describeSchema(schema, side, this.#options);
    for (const { path, what } of gaps)
      this.faults.push(
        `${capitalized(place)} has ${what}${path === "" ? "" : ` at "${path}"`}, which JSON Schema does not know; use a type that JSON has, or write the part with jsonSchema.override.`,
      );
    if (!isObject(json)) return json ?? {};
    const { $schema: _, ...rest } = json;
    return rest;
  }

  #writeAny(json: JsonSchemaObject, scope: Scope): JsonSchema {
    if (json.$ref !== undefined) return this.#writeReference(json, json.$ref, scope);
    const title = titleOf(json);
    const isNamed = this.#names.has(canonicalText(json)) || (title !== null && json.type === "object");
    return isNamed ? this.#refer(title ?? "", json, scope) : this.#writeParts(json, scope);
  }

  /** A schema that refers to itself and has a name is no more than a reference to a definition of its own. */
  #writeReference({ $defs = {}, ...json }: JsonSchemaObject, to: string, outer: Scope): JsonSchema {
    return { ...json, $ref: this.#hoist($defs, outer).get(to) ?? to };
  }

  /** Everything within a schema, but not the schema itself. */
  #writeParts({ $defs = {}, ...json }: JsonSchemaObject, outer: Scope): JsonSchema {
    const inner = this.#hoist($defs, outer);
    return mapSchema(json, (part) => this.#writeAny(part, inner));
  }

  /** Makes components of definitions, which may refer to each other. */
  #hoist(defs: Readonly<Record<string, JsonSchema>>, outer: Scope): Scope {
    const entries = Object.entries(defs);
    if (entries.length === 0) return outer;
    const named = entries.map(([name, json]) => ({
      name,
      json,
      given: this.#nameOf(COUNTED.test(name) ? this.#fallbackName : name, json),
    }));
    const scope = new Map([
      ...outer,
      ...named.map(({ name, given }) => [DEFS + name, COMPONENTS + given] as const),
    ]);
    for (const { given, json } of named) this.#addComponent(given, json, scope);
    return scope;
  }

  /** A reference to a component, which is written where it is not there yet. */
  #refer(wanted: string, json: JsonSchemaObject, scope: Scope): JsonSchema {
    const given = this.#nameOf(wanted, json);
    this.#addComponent(given, json, new Map([...scope, ["#", COMPONENTS + given]]));
    return { $ref: COMPONENTS + given };
  }

  #addComponent(name: string, json: JsonSchema, scope: Scope): void {
    if (this.#components.has(name)) return;
    this.#components.set(name, json);
    if (isObject(json)) this.#components.set(name, this.#writeParts(json, scope));
  }

  /** The same shape keeps its name; another shape of the same name gets a number behind it. */
  #nameOf(wanted: string, json: JsonSchema): string {
    const text = canonicalText(json);
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = wanted.replace(/[^\w.-]+/g, "_");
    let given = name;
    for (let count = 2; this.#taken.has(given); count++) given = `${name}${count}`;
    this.#names.set(text, given);
    this.#taken.add(given);
    return given;
  }
}

/** What is meant by a schema that only refers to one of its definitions. */
function definitionOf(json: JsonSchema): JsonSchema {
  if (!isObject(json) || json.$ref?.startsWith(DEFS) !== true) return json;
  return json.$defs?.[json.$ref.slice(DEFS.length)] ?? json;
}

function titleOf({ title }: JsonSchemaObject): string | null {
  return typeof title === "string" && title !== "" ? title : null;
}

function refersToItself(json: JsonSchemaObject): boolean {
  return JSON.stringify(json).includes('"$ref":"#"');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
