import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "../json-schema/json-schema.ts";
import { isMeaningful, mergeSchemas, resolveReference, without } from "./merge-schemas.ts";
import {
  ANY,
  BOOLEAN,
  NEVER,
  NULL,
  NUMBER,
  STRING,
  type NamePattern,
  type ObjectShape,
  type Plan,
  type Shape,
} from "./shape.ts";
import { uniteShapes } from "./unite-shapes.ts";

/** Reads what a serialiser has to know of a JSON Schema; `null` where it says what no serialiser here understands. */
export function readShape(schema: JsonSchema): Plan | null {
  const reader = new ShapeReader(schema);
  try {
    const root = reader.read(schema);
    return { root, shared: reader.shared };
  } catch (error) {
    if (error === NOT_UNDERSTOOD) return null;
    throw error;
  }
}

const NOT_UNDERSTOOD = new Error("The schema has keywords that serialisers do not understand.");

/** Keywords under which the members of an object depend on other values. */
const FOREIGN = ["if", "then", "else", "dependentSchemas", "$dynamicRef", "unevaluatedProperties"] as const;

/** Far more than any schema that people write; intersections of unions multiply. */
const MAX_PARTS = 20_000;
const MAX_DEPTH = 200;

class ShapeReader {
  readonly shared: Shape[] = [];
  readonly #document: JsonSchema;
  readonly #references = new Map<string, number>();
  #parts = 0;
  #depth = 0;

  constructor(document: JsonSchema) {
    this.#document = document;
  }

  read(schema: JsonSchema | undefined): Shape {
    if (schema === undefined || schema === true) return ANY;
    if (schema === false) return NEVER;
    if (!isSchemaObject(schema) || ++this.#parts > MAX_PARTS || ++this.#depth > MAX_DEPTH)
      throw NOT_UNDERSTOOD;
    const shape = this.#readObject(schema);
    this.#depth--;
    return shape;
  }

  #readObject(schema: JsonSchemaObject): Shape {
    if (FOREIGN.some((keyword) => schema[keyword] !== undefined)) throw NOT_UNDERSTOOD;
    if (schema.$ref !== undefined) return this.#readReference(schema, schema.$ref);
    if (schema.allOf !== undefined) return this.#readAll(schema, schema.allOf);
    const branches = schema.anyOf ?? schema.oneOf;
    if (branches !== undefined) return this.#readBranches(schema, branches);
    if ("const" in schema) return this.#readConstant(schema.const);
    if (schema.enum !== undefined) return this.#unite(schema.enum.map((value) => this.#readConstant(value)));
    return this.#readTypes(schema);
  }

  #readReference(schema: JsonSchemaObject, reference: string): Shape {
    const target = resolveReference(this.#document, reference);
    if (target === undefined) throw NOT_UNDERSTOOD;
    const beside = without(schema, ["$ref", "$defs"]);
    if (isMeaningful(beside)) return this.read(mergeSchemas(this.#flat(target), beside));
    const known = this.#references.get(reference);
    if (known !== undefined) return { kind: "ref", at: known };
    const at = this.shared.push(ANY) - 1;
    this.#references.set(reference, at);
    // What is the whole document is not read in itself once more: it would refer to itself for ever.
    this.shared[at] = this.read(target);
    return { kind: "ref", at };
  }

  /** A schema without references at its top, so that it can be merged with another. */
  #flat(schema: JsonSchema, hops = 0): JsonSchema {
    if (!isSchemaObject(schema) || schema.$ref === undefined) return schema;
    const target = resolveReference(this.#document, schema.$ref);
    if (target === undefined || hops > MAX_DEPTH) throw NOT_UNDERSTOOD;
    return mergeSchemas(this.#flat(target, hops + 1), without(schema, ["$ref", "$defs"]));
  }

  #readAll(schema: JsonSchemaObject, parts: readonly JsonSchema[]): Shape {
    const flat = [...parts.map((part) => this.#flat(part)), without(schema, ["allOf"])];
    // Unions and further intersections stay apart, and are looked at one after the other.
    const open = flat.find(
      (part) => isSchemaObject(part) && (part.allOf ?? part.anyOf ?? part.oneOf) !== undefined,
    );
    const others = flat.filter((part) => part !== open).reduce(mergeSchemas, true);
    return open === undefined ? this.read(others) : this.#readOpen(open as JsonSchemaObject, others); // found among objects
  }

  #readOpen(open: JsonSchemaObject, others: JsonSchema): Shape {
    if (open.allOf !== undefined)
      return this.read({ allOf: [...open.allOf, without(open, ["allOf"]), others] });
    const branches = open.anyOf ?? open.oneOf ?? [];
    const beside = mergeSchemas(without(open, ["anyOf", "oneOf"]), others);
    return this.#unite(branches.map((branch) => this.read({ allOf: [beside, branch] })));
  }

  #readBranches(schema: JsonSchemaObject, branches: readonly JsonSchema[]): Shape {
    if (schema.anyOf !== undefined && schema.oneOf !== undefined) throw NOT_UNDERSTOOD;
    const beside = without(schema, ["anyOf", "oneOf", "$defs"]);
    if (!isMeaningful(beside)) return this.#unite(branches.map((branch) => this.read(branch)));
    return this.#unite(branches.map((branch) => this.read({ allOf: [beside, branch] })));
  }

  #unite(shapes: readonly Shape[]): Shape {
    return uniteShapes(shapes, this.shared);
  }

  #readConstant(value: unknown): Shape {
    if (Array.isArray(value))
      return { kind: "array", first: value.map((item) => this.#readConstant(item)), rest: NEVER };
    if (typeof value !== "object" || value === null)
      return { kind: "choice", texts: new Map([[value, JSON.stringify(value) ?? "null"]]) };
    const members = Object.entries(value).map(([name, member]) => ({
      name,
      shape: this.#readConstant(member),
      isRequired: true,
    }));
    return { kind: "object", members, patterns: [], rest: NEVER, hasName: null, isClosed: true };
  }

  #readTypes(schema: JsonSchemaObject): Shape {
    const types = typesOf(schema);
    if (types === null) return isNothing(schema) ? NEVER : ANY;
    return this.#unite(types.map((type) => this.#readType(type, schema)));
  }

  #readType(type: string, schema: JsonSchemaObject): Shape {
    if (type === "object") return this.#readMembers(schema);
    if (type === "array") return this.#readItems(schema);
    const bit = SCALARS[type];
    if (bit === undefined) throw NOT_UNDERSTOOD;
    return { kind: "scalar", types: bit, isTime: bit === STRING && isTimeFormat(schema.format) };
  }

  #readItems({ items, prefixItems, additionalItems }: JsonSchemaObject): Shape {
    const [first, rest] = isList(items)
      ? [items, additionalItems as JsonSchema | undefined] // drafts before 2020-12
      : [prefixItems ?? [], items];
    // A tuple that says nothing of further items has none: what nobody declared is not written.
    const further = rest === undefined && first.length > 0 ? NEVER : this.read(rest);
    return { kind: "array", first: first.map((item) => this.read(item)), rest: further };
  }

  #readMembers(schema: JsonSchemaObject): ObjectShape {
    const required = new Set(schema.required ?? []);
    const { properties = {}, propertyNames } = schema;
    const { patterns: patternSchemas, additionalProperties } = othersOf(schema);
    const named = Object.entries(properties).map(([name, member]) => {
      const shape = this.read(member);
      // What may be anything may be undefined, which JSON leaves out: libraries require such members all the same.
      return { name, shape, isRequired: required.has(name) && shape.kind !== "any" };
    });
    const patterns = this.#readPatterns(patternSchemas);
    const saysNothing = named.length === 0 && patterns.length === 0 && schema.properties === undefined;
    const rest = additionalProperties ?? (saysNothing ? {} : false);
    return {
      kind: "object",
      members: named,
      patterns,
      rest: this.read(rest),
      hasName: nameTest(propertyNames),
      isClosed: additionalProperties === false,
    };
  }

  #readPatterns(patterns: Readonly<Record<string, JsonSchema>>): NamePattern[] {
    return Object.entries(patterns).map(([pattern, schema]) => ({
      pattern: toRegExp(pattern),
      shape: this.read(schema),
    }));
  }
}

const SCALARS: Readonly<Record<string, number>> = {
  string: STRING,
  number: NUMBER,
  integer: NUMBER,
  boolean: BOOLEAN,
  null: NULL,
};

/** The types that a schema names, or that its keywords are about; `null` where it leaves them open. */
function typesOf(schema: JsonSchemaObject): readonly string[] | null {
  if (typeof schema.type === "string") return [schema.type];
  if (schema.type !== undefined) return schema.type;
  if ((schema.properties ?? schema.additionalProperties ?? schema.patternProperties) !== undefined)
    return ["object"];
  return (schema.items ?? schema.prefixItems) === undefined ? null : ["array"];
}

/** A pattern that every name fits is how some libraries write `additionalProperties`. */
const EVERY_NAME = ["^.*$", "^(.*)$"];

interface Others {
  readonly patterns: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties: JsonSchema | undefined;
}

function othersOf({ patternProperties: patterns = {}, additionalProperties }: JsonSchemaObject): Others {
  const every = EVERY_NAME.find((pattern) => Object.hasOwn(patterns, pattern));
  if (every === undefined) return { patterns, additionalProperties };
  const { [every]: schema, ...others } = patterns;
  return { patterns: others, additionalProperties: schema };
}

/** `{ not: {} }` is how libraries write a type without values. */
function isNothing({ not }: JsonSchemaObject): boolean {
  return not === true || (isSchemaObject(not) && Object.keys(not).length === 0);
}

function isList(items: JsonSchemaObject["items"]): items is readonly JsonSchema[] {
  return Array.isArray(items);
}

function isTimeFormat(format: string | undefined): boolean {
  return format === "date-time";
}

/** The names that further members may have; a test that is not understood lets all of them pass. */
function nameTest(names: JsonSchema | undefined): ((name: string) => boolean) | null {
  if (!isSchemaObject(names)) return names === false ? () => false : null;
  const values = names.enum ?? ("const" in names ? [names.const] : null);
  if (values !== null) {
    const known = new Set(values);
    return (name) => known.has(name);
  }
  if (names.pattern === undefined) return null;
  const pattern = toRegExp(names.pattern);
  return (name) => pattern.test(name);
}

function toRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch {
    throw NOT_UNDERSTOOD;
  }
}
