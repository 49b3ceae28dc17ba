import { toJsonPointer } from "../json-pointer.ts";
import type { JsonSchemaObject } from "./json-schema.ts";
import type { SchemaStudy } from "./schema-study.ts";

/** Makes the options under which a library writes what it can, and tells the study of the rest. */
export type LibraryHooks = (schema: unknown, study: SchemaStudy) => Record<string, unknown>;

/** The libraries whose schemas can be looked into while they are written; known by what they hand to their hooks. */
export const LIBRARY_HOOKS: Readonly<Record<string, LibraryHooks>> = {
  zod: zodHooks,
  valibot: valibotHooks,
  arktype: arktypeHooks,
};

/** What zod hands to `override`; its members are read as they are, and an own `json` object is changed in place. */
interface ZodPart {
  readonly zodSchema: { readonly _zod: { readonly def: ZodDefinition } };
  readonly jsonSchema: Record<string, unknown>;
  readonly path: readonly PropertyKey[];
}

interface ZodDefinition {
  readonly type: string;
  readonly coerce?: boolean;
  /** Of a pipe: what comes first. */
  readonly in?: { readonly _zod?: { readonly def?: { readonly type?: string } } };
  readonly checks?: readonly { readonly _zod?: { readonly def?: { readonly check?: string } } }[];
}

const ZOD_GAPS = new Set([
  "bigint",
  "symbol",
  "undefined",
  "void",
  "date",
  "map",
  "set",
  "transform",
  "nan",
  "custom",
  "function",
  "promise",
  "literal",
]);
const ZOD_REWRITES = new Set(["transform", "pipe", "default", "prefault", "catch", "success", "promise"]);

function zodHooks(_schema: unknown, study: SchemaStudy): Record<string, unknown> {
  return {
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema, path }: ZodPart) => {
      const { def } = zodSchema._zod;
      const place = toJsonPointer(path);
      if (rewritesInZod(def)) study.rewrites = true;
      const other = study.replace(zodSchema, jsonSchema, { path: place, isDate: def.type === "date" });
      if (other !== undefined) replaceAll(jsonSchema, other);
      else if (study.isRaw && preprocessesInZod(def)) replaceAll(jsonSchema, {});
      else if (ZOD_GAPS.has(def.type) && saysNothing(jsonSchema)) study.addGap(place, named(def.type));
    },
  };
}

function rewritesInZod({ type, coerce, checks = [] }: ZodDefinition): boolean {
  return (
    ZOD_REWRITES.has(type) ||
    coerce === true ||
    checks.some((check) => check._zod?.def?.check === "overwrite")
  );
}

/** Of `z.preprocess` zod writes what comes after it, though it takes anything. */
function preprocessesInZod(def: ZodDefinition): boolean {
  return def.type === "pipe" && def.in?._zod?.def?.type === "transform";
}

function replaceAll(target: Record<string, unknown>, source: JsonSchemaObject): void {
  for (const keyword of Object.keys(target)) delete target[keyword];
  Object.assign(target, source);
}

interface ValibotSchemaPart {
  readonly valibotSchema: { readonly type: string; readonly default?: unknown };
  readonly jsonSchema: JsonSchemaObject;
  readonly errors: readonly string[] | undefined;
}

interface ValibotActionPart {
  readonly valibotAction: { readonly kind: string; readonly type: string };
  readonly jsonSchema: JsonSchemaObject;
}

function valibotHooks(_schema: unknown, study: SchemaStudy): Record<string, unknown> {
  return {
    errorMode: "ignore",
    overrideSchema: ({ valibotSchema, jsonSchema, errors }: ValibotSchemaPart) => {
      const { type } = valibotSchema;
      if (valibotSchema.default !== undefined || type.includes("async")) study.rewrites = true;
      const other = study.replace(valibotSchema, jsonSchema, { path: "", isDate: type === "date" });
      if (other !== undefined) return other;
      if (errors !== undefined) study.addGap("", named(type));
      // Written like any other object, though it keeps what it does not name.
      return type === "loose_object" ? { ...jsonSchema, additionalProperties: {} } : undefined;
    },
    overrideAction: ({ valibotAction, jsonSchema }: ValibotActionPart) => {
      if (valibotAction.kind !== "transformation") return undefined;
      study.rewrites = true;
      if (valibotAction.type !== "transform" && !valibotAction.type.startsWith("raw")) return undefined;
      if (study.side === "output") study.addGap("", named(valibotAction.type));
      return study.side === "output" ? {} : jsonSchema;
    },
  };
}

interface ArktypePart {
  readonly base: JsonSchemaObject;
  readonly code: string;
  readonly unit?: unknown;
}

/** What arktype can leave out without changing what the rest says. */
const ARKTYPE_HARMLESS = new Set(["predicate", "patternIntersection", "defaultValue", "symbolKey"]);

function arktypeHooks(schema: unknown, study: SchemaStudy): Record<string, unknown> {
  study.rewrites = (schema as { includesTransform?: unknown }).includesTransform !== false; // unknown until compared
  return {
    fallback: {
      default: (part: ArktypePart) => {
        const { base, code } = part;
        const other = study.replace(null, base, { path: "", isDate: code === "date" });
        if (other !== undefined) return other;
        // What is `undefined` is left out of JSON: no value stands for it.
        if (code === "unit" && part.unit === undefined) return { not: {} };
        if (!ARKTYPE_HARMLESS.has(code) && saysNothing(base)) study.addGap("", named(code));
        return base;
      },
    },
  };
}

function saysNothing(json: JsonSchemaObject): boolean {
  return json.type === undefined && json.const === undefined && json.enum === undefined && !("$ref" in json);
}

function named(what: string): string {
  return /^[aeiou]/.test(what) ? `an ${what}` : `a ${what}`;
}
