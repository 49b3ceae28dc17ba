import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import type { StandardSchemaV1 } from "armature";

/** A schema for each part of a request, and one for the answer. */
export type Schemas = Readonly<
  Record<"params" | "query" | "headers" | "cookies" | "body" | "response", StandardSchemaV1>
>;

// Each library's set says the same.

const zodSchemas: Schemas = {
  params: z.object({ id: z.coerce.number().int() }),
  query: z.object({ page: z.coerce.number().min(1), tag: z.array(z.string()).optional() }),
  headers: z.object({ "x-tenant": z.string().min(3) }),
  cookies: z.object({ theme: z.enum(["dark", "light"]) }),
  body: z.object({ name: z.string().min(2), address: z.object({ city: z.string() }) }),
  response: z.object({ id: z.number(), name: z.string() }),
};

const valibotSchemas: Schemas = {
  params: v.object({ id: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)) }),
  query: v.object({
    page: v.pipe(v.string(), v.transform(Number), v.minValue(1)),
    tag: v.optional(v.array(v.string())),
  }),
  headers: v.object({ "x-tenant": v.pipe(v.string(), v.minLength(3)) }),
  cookies: v.object({ theme: v.picklist(["dark", "light"]) }),
  body: v.object({ name: v.pipe(v.string(), v.minLength(2)), address: v.object({ city: v.string() }) }),
  response: v.object({ id: v.number(), name: v.string() }),
};

const arktypeSchemas: Schemas = {
  params: type({ id: "string.integer.parse" }),
  query: type({ page: type("string.numeric.parse").to("number >= 1"), "tag?": "string[]" }),
  headers: type({ "x-tenant": "string >= 3" }),
  cookies: type({ theme: "'dark' | 'light'" }),
  body: type({ name: "string >= 2", address: { city: "string" } }),
  response: type({ id: "number", name: "string" }),
};

/** The same schemas by library. */
export const LIBRARIES: Readonly<Record<"zod" | "valibot" | "arktype", Schemas>> = {
  zod: zodSchemas,
  valibot: valibotSchemas,
  arktype: arktypeSchemas,
};
