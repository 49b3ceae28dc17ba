import type { JsonSchema, JsonSchemaObject } from "@armature/schema";
import { canonicalText, isObject } from "../build/json-walk.ts";
import { at, type Direction, type LocalChange } from "./change.ts";
import { compareBounds } from "./bounds-diff.ts";
import { followRef, type DocumentPair } from "./document-pair.ts";

/** Compares two schemas of values that go one way. */
export function compareSchemas(
  before: JsonSchema,
  after: JsonSchema,
  direction: Direction,
  documents: DocumentPair,
): LocalChange[] {
  return new SchemaComparison(direction, documents).compare(before, after);
}

class SchemaComparison {
  readonly #direction: Direction;
  readonly #documents: DocumentPair;
  /** Pairs that are being compared: a recursive schema meets itself again. */
  readonly #open = new Set<string>();

  constructor(direction: Direction, documents: DocumentPair) {
    this.#direction = direction;
    this.#documents = documents;
  }

  compare(before: JsonSchema, after: JsonSchema): LocalChange[] {
    const pair = `${canonicalText(before)} ${canonicalText(after)}`;
    if (this.#open.has(pair)) return [];
    this.#open.add(pair);
    const old = followRef(before, this.#documents.before);
    const new_ = followRef(after, this.#documents.after);
    const changes =
      canonicalText(old) === canonicalText(new_) && isFlat(old) ? [] : this.#compareResolved(old, new_);
    this.#open.delete(pair);
    return changes;
  }

  #compareResolved(before: JsonSchema, after: JsonSchema): LocalChange[] {
    const old = asObject(before);
    const new_ = asObject(after);
    return [
      ...this.#types(old, new_),
      ...this.#values(old, new_),
      ...compareBounds(old, new_, this.#direction),
      ...this.#properties(old, new_),
      ...this.#items(old, new_),
      ...this.#unions(old, new_),
    ];
  }

  #types(before: JsonSchemaObject, after: JsonSchemaObject): LocalChange[] {
    return this.#sets(typesOf(before), typesOf(after), "the type");
  }

  #values(before: JsonSchemaObject, after: JsonSchemaObject): LocalChange[] {
    return this.#sets(valuesOf(before), valuesOf(after), "the value");
  }

  /** Compares what is allowed; `null` allows everything. */
  #sets(before: ReadonlySet<string> | null, after: ReadonlySet<string> | null, what: string): LocalChange[] {
    if (before === null && after === null) return [];
    if (before === null) return [this.#narrower(`only ${list(after)} is allowed as ${what} now`)];
    if (after === null) return [this.#wider(`${what} may be anything now`)];
    const gone = [...before].filter(
      (value) => !after.has(value) && !(value === "integer" && after.has("number")),
    );
    const fresh = [...after].filter(
      (value) => !before.has(value) && !(value === "integer" && before.has("number")),
    );
    return [
      ...gone.map((value) => this.#narrower(`${what} ${value} is not allowed any more`)),
      ...fresh.map((value) => this.#wider(`${what} ${value} is allowed now`)),
    ];
  }

  #properties(before: JsonSchemaObject, after: JsonSchemaObject): LocalChange[] {
    const old = before.properties ?? {};
    const new_ = after.properties ?? {};
    const names = new Set([...Object.keys(old), ...Object.keys(new_)]);
    return Array.from(names).flatMap((name) => {
      const was = Object.hasOwn(old, name) ? old[name] : undefined;
      const is = Object.hasOwn(new_, name) ? new_[name] : undefined;
      return at(`properties/${name}`, this.#property({ name, was, is }, before, after));
    });
  }

  #property(
    {
      name,
      was,
      is,
    }: { readonly name: string; readonly was: JsonSchema | undefined; readonly is: JsonSchema | undefined },
    before: JsonSchemaObject,
    after: JsonSchemaObject,
  ): LocalChange[] {
    const wasRequired = before.required?.includes(name) ?? false;
    const isRequired = after.required?.includes(name) ?? false;
    if (was === undefined) return [this.#newProperty(isRequired)];
    if (is === undefined) return [this.#goneProperty(wasRequired, after)];
    const demand = wasRequired === isRequired ? [] : [this.#demand(isRequired)];
    return [...demand, ...this.compare(was, is)];
  }

  #newProperty(isRequired: boolean): LocalChange {
    if (this.#direction === "answer" || !isRequired) return local("added", "the property is new");
    return local("breaking", "the property is new and required; requests that lack it are refused");
  }

  #goneProperty(wasRequired: boolean, after: JsonSchemaObject): LocalChange {
    if (this.#direction === "answer")
      return wasRequired
        ? local("breaking", "the property was always there and is gone; readers miss it")
        : local("changed", "the optional property is gone");
    return after.additionalProperties === false
      ? local("breaking", "the property is gone; requests that have it are refused")
      : local("changed", "the property is gone, and ignored where it is sent");
  }

  #demand(isRequired: boolean): LocalChange {
    if (this.#direction === "request")
      return isRequired
        ? local("breaking", "the property is required now; requests that lack it are refused")
        : local("changed", "the property is optional now");
    return isRequired
      ? local("changed", "the property is always there now")
      : local("breaking", "the property may be missing now; readers count on it");
  }

  #items(before: JsonSchemaObject, after: JsonSchemaObject): LocalChange[] {
    const one = (["items", "additionalProperties"] as const).flatMap((keyword) => {
      const was = before[keyword];
      const is = after[keyword];
      if (was === undefined && is === undefined) return [];
      if (isList(was) || isList(is)) return [];
      return at(keyword, this.compare(was ?? true, is ?? true));
    });
    const tuple = (before.prefixItems ?? []).flatMap((was, index) =>
      at(`prefixItems/${index}`, this.compare(was, after.prefixItems?.[index] ?? true)),
    );
    return [...one, ...tuple];
  }

  /** Members of a union are told apart by their text: one that changed counts as gone and as new. */
  #unions(before: JsonSchemaObject, after: JsonSchemaObject): LocalChange[] {
    return (["anyOf", "oneOf", "allOf"] as const).flatMap((keyword) => {
      const old = before[keyword] ?? [];
      const new_ = after[keyword] ?? [];
      if (old.length === new_.length)
        return old.flatMap((was, index) => at(`${keyword}/${index}`, this.compare(was, new_[index] ?? true)));
      const isUnion = keyword !== "allOf";
      const grows = new_.length > old.length;
      const reason = `${keyword} has ${new_.length} members where it had ${old.length}`;
      return [grows === isUnion ? this.#wider(reason) : this.#narrower(reason)];
    });
  }

  #narrower(reason: string): LocalChange {
    return local(this.#direction === "request" ? "breaking" : "changed", reason);
  }

  #wider(reason: string): LocalChange {
    return local(this.#direction === "request" ? "changed" : "breaking", reason);
  }
}

function local(kind: LocalChange["kind"], reason: string): LocalChange {
  return { kind, place: "", reason };
}

function isList(value: unknown): value is readonly JsonSchema[] {
  return Array.isArray(value);
}

/** Whether nothing in a schema leads elsewhere, so that the same text means the same. */
function isFlat(json: JsonSchema): boolean {
  return !canonicalText(json).includes('"$ref"');
}

/** `false` takes nothing, `true` takes everything. */
function asObject(json: JsonSchema): JsonSchemaObject {
  if (isObject(json)) return json;
  return json ? {} : { enum: [] };
}

function typesOf({ type }: JsonSchemaObject): ReadonlySet<string> | null {
  if (type === undefined) return null;
  return new Set(typeof type === "string" ? [type] : type);
}

function valuesOf(json: JsonSchemaObject): ReadonlySet<string> | null {
  if ("const" in json) return new Set([canonicalText(json.const)]);
  return json.enum === undefined ? null : new Set(json.enum.map(canonicalText));
}

function list(values: ReadonlySet<string> | null): string {
  return [...(values ?? [])].join(", ") || "nothing";
}
