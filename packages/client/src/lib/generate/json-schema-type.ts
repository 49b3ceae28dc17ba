import type { JsonSchema, JsonSchemaObject, SchemaSide } from "@armature/schema";

/** Writes JSON Schemas as types; what they refer to becomes types with names. */
export class SchemaTypes {
  /** The text of each named type. */
  readonly #named = new Map<string, string>();
  /** Names of what one schema refers to, by reference. */
  #names = new Map<string, string>();
  #root: JsonSchema = true;
  /** What is sent may come from constants; what was received belongs to its receiver. */
  #mark = "";

  /** The declarations of all named types. */
  declarations(): string[] {
    return Array.from(this.#named, ([name, text]) => `type ${name} = ${text};`);
  }

  /** The type of the values that fit a schema: of readonly ones where they are sent. */
  write(schema: JsonSchema, side: SchemaSide): string {
    this.#mark = side === "input" ? "readonly " : "";
    this.#root = schema;
    this.#names = new Map();
    return this.#type(schema);
  }

  #type(schema: JsonSchema): string {
    if (typeof schema === "boolean") return schema ? "unknown" : "never";
    const parts = [...this.#own(schema), ...this.#combined(schema)];
    // What says nothing of the type, as a pattern does, narrows nothing.
    const known = [...new Set(parts)].filter((part) => part !== "unknown");
    return known.length > 1 ? known.map(inBrackets).join(" & ") : (known[0] ?? "unknown");
  }

  /** What the schema says by itself. */
  #own(schema: JsonSchemaObject): string[] {
    if (schema.$ref !== undefined) return [this.#reference(schema.$ref)];
    if (schema.const !== undefined) return [literal(schema.const)];
    if (schema.enum !== undefined) return [union(schema.enum.map(literal))];
    const types = schema.type === undefined ? impliedTypes(schema) : [schema.type].flat();
    return types.length === 0 ? [] : [union(types.map((type) => this.#typed(type, schema)))];
  }

  #combined({ anyOf, oneOf, allOf = [] }: JsonSchemaObject): string[] {
    const choices = anyOf ?? oneOf;
    const chosen = choices === undefined ? [] : [union(choices.map((choice) => this.#type(choice)))];
    return [...chosen, ...allOf.map((part) => this.#type(part))];
  }

  #typed(type: string, schema: JsonSchemaObject): string {
    switch (type) {
      case "integer":
        return "number";
      case "object":
        return this.#object(schema);
      case "array":
        return this.#array(schema);
      case "string":
      case "number":
      case "boolean":
      case "null":
        return type;
      default:
        return "unknown";
    }
  }

  #object({ properties = {}, required = [], additionalProperties }: JsonSchemaObject): string {
    const members = Object.entries(properties).map(([name, schema]) => {
      const end = required.includes(name)
        ? `: ${this.#type(schema)}`
        : `?: ${this.#type(schema)} | undefined`;
      return `${this.#mark}${toMemberName(name)}${end}`;
    });
    const known = `{ ${members.join("; ")} }`;
    if (additionalProperties === undefined || additionalProperties === false) {
      if (members.length > 0) return known;
      return `Readonly<Record<string, ${additionalProperties === false ? "never" : "unknown"}>>`;
    }
    const others = `Readonly<Record<string, ${this.#type(additionalProperties)}>>`;
    return members.length === 0 ? others : `${known} & ${others}`;
  }

  #array({ items, prefixItems = tupleOf(items) }: JsonSchemaObject): string {
    const others = isList(items) ? undefined : items;
    const rest = others === undefined ? "unknown" : this.#type(others);
    if (prefixItems === undefined) return `${this.#mark}${inBrackets(rest)}[]`;
    const first = prefixItems.map((schema) => this.#type(schema));
    return `${this.#mark}[${[...first, ...(others === false ? [] : [`...${inBrackets(rest)}[]`])].join(", ")}]`;
  }

  /** Named before it is written, as it may refer to itself. */
  #reference(ref: string): string {
    const known = this.#names.get(ref);
    if (known !== undefined) return known;
    const name = this.#freeName(ref);
    this.#names.set(ref, name);
    this.#named.set(name, "unknown");
    this.#named.set(name, this.#type(resolve(this.#root, ref)));
    return name;
  }

  #freeName(ref: string): string {
    const base = toTypeName(ref);
    for (let at = 1; ; at++) {
      const name = at === 1 ? base : `${base}${at}`;
      if (!this.#named.has(name)) return name;
    }
  }
}

/** A tuple as drafts before 2020-12 write it. */
function tupleOf(items: JsonSchemaObject["items"]): readonly JsonSchema[] | undefined {
  return isList(items) ? items : undefined;
}

function isList(items: JsonSchemaObject["items"]): items is readonly JsonSchema[] {
  return Array.isArray(items);
}

/** Keywords of one type say the type where nothing else does. */
function impliedTypes({ properties, additionalProperties, items, prefixItems }: JsonSchemaObject): string[] {
  if (properties !== undefined || additionalProperties !== undefined) return ["object"];
  return items !== undefined || prefixItems !== undefined ? ["array"] : [];
}

/** Follows a reference within a schema (RFC 6901); what it does not lead to fits everything. */
function resolve(root: JsonSchema, ref: string): JsonSchema {
  let place: unknown = root;
  for (const key of ref
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== "")) {
    const name = decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");
    place = (place as Readonly<Record<string, unknown>> | undefined)?.[name]; // undefined is met in the next round
  }
  return isJsonSchema(place) ? place : true;
}

function isJsonSchema(value: unknown): value is JsonSchema {
  return typeof value === "boolean" || (typeof value === "object" && value !== null);
}

function toTypeName(ref: string): string {
  const last = ref.split("/").at(-1)?.replace(/^#/, "") ?? "";
  const words = last.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Z]/.test(name) ? name : `Schema${name}`;
}

function union(types: readonly string[]): string {
  const different = [...new Set(types)];
  return different.length === 1
    ? (different[0] ?? "never")
    : different.map(inBrackets).join(" | ") || "never";
}

function inBrackets(type: string): string {
  return /[ |&]/.test(type) && !/^\{[^{}]*\}$/.test(type) ? `(${type})` : type;
}

function toMemberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** A JSON value as a type. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${toMemberName(name)}: ${literal(member)}`);
  return `{ ${members.join("; ")} }`;
}
