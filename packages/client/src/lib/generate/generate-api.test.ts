import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonSchema, StandardSchemaV1 } from "@armature/schema";
import { z } from "zod";
import { generateApi, type DescribedRoute } from "./generate-api.ts";
import { SchemaTypes } from "./json-schema-type.ts";
import { writePathParams } from "./path-type.ts";

const User = z.object({ id: z.int(), name: z.string(), born: z.date().optional() });
const Node: z.ZodType = z.object({
  value: z.string(),
  get next() {
    return z.optional(Node);
  },
});
const foreign: StandardSchemaV1 = {
  "~standard": { version: 1, vendor: "own", validate: (value) => ({ value }) },
};

const ROUTES: readonly DescribedRoute[] = [
  {
    method: "POST",
    path: "/users",
    name: "UserController.create",
    schemas: { body: User.omit({ id: true, born: true }), response: { 201: User, 204: null } },
  },
  {
    method: "GET",
    path: "/users",
    name: "UserController.list",
    schemas: {
      query: z.object({ limit: z.coerce.number().default(20), search: z.string() }),
      response: z.array(User),
    },
  },
  {
    method: "GET",
    path: "/:id(int)/:tab(a|b)?",
    name: "find",
    schemas: { cookies: z.object({ sid: z.string() }), response: foreign },
  },
  { method: "PUT", path: "/chain", name: "chain", schemas: { body: Node } },
];

test("routes become a table of plain types, sorted by path and method", () => {
  const { text } = generateApi(ROUTES, { name: "UserApi" });
  assert.equal(
    text,
    `// Generated from the routes of an application; do not edit.

/** The routes of the API; for \`createClient\`. */
export interface UserApi {
  readonly __table?: readonly [Routes];
}

interface Routes {
  readonly "/:id(int)/:tab(a|b)?":
    | {
        readonly method: "GET";
        readonly input: { readonly params: { readonly id: number; readonly tab?: "a" | "b" | undefined }; readonly cookies: Partial<{ readonly sid: string }> };
        readonly answers: { readonly 200: unknown };
      };
  readonly "/chain":
    | {
        readonly method: "PUT";
        readonly input: { readonly body: { readonly value: string; readonly next?: Schema | undefined } };
        readonly answers: unknown;
      };
  readonly "/users":
    | {
        readonly method: "GET";
        readonly input: { readonly query: { readonly limit?: number | undefined; readonly search: string } };
        readonly answers: { readonly 200: { id: number; name: string; born?: string | undefined }[] };
      }
    | {
        readonly method: "POST";
        readonly input: { readonly body: { readonly name: string } };
        readonly answers: { readonly 201: { id: number; name: string; born?: string | undefined }; readonly 204: undefined };
      };
}

type Schema = { readonly value: string; readonly next?: Schema | undefined };
`,
  );
});

test("what the client will not know is told", () => {
  const { gaps } = generateApi(ROUTES);
  assert.deepEqual(
    gaps.map(({ message }) => message),
    [
      "GET /:id(int)/:tab(a|b)? (find) cannot say what its answer 200 is: a own schema without Standard JSON Schema.",
      "PUT /chain (chain) declares no answers, so the client does not know its data; give it a response schema.",
    ],
  );
});

test("errors are written as codes by status, and their details by code", () => {
  const { text } = generateApi([
    {
      method: "GET",
      path: "/",
      name: "root",
      schemas: { response: { 204: null } },
      errors: [
        { status: 404, code: "E_NOT_FOUND", details: null },
        { status: 404, code: "E_ROUTE_NOT_FOUND", details: null },
        { status: 429, code: "QUOTA", details: z.object({ limit: z.int() }) },
      ],
    },
  ]);
  assert.ok(
    text.includes(`        readonly answers: { readonly 204: undefined };
        readonly errors: { readonly 404: "E_NOT_FOUND" | "E_ROUTE_NOT_FOUND"; readonly 429: "QUOTA" };
        readonly details: { readonly "QUOTA": { limit: number } };
`),
    text,
  );
});

test("JSON Schemas are written as types", () => {
  const cases: readonly (readonly [JsonSchema, string])[] = [
    [true, "unknown"],
    [false, "never"],
    [{}, "unknown"],
    [{ type: "integer" }, "number"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ const: { a: [1, null] } }, "{ a: [1, null] }"],
    [{ enum: ["a", 1, "a"] }, '"a" | 1'],
    [{ type: "array" }, "unknown[]"],
    [{ type: "array", items: { type: ["string", "number"] } }, "(string | number)[]"],
    [{ prefixItems: [{ type: "string" }], items: false }, "[string]"],
    [{ prefixItems: [{ type: "string" }], items: { type: "number" } }, "[string, ...number[]]"],
    [{ type: "array", items: [{ type: "string" }] }, "[string, ...unknown[]]"],
    [{ type: "object" }, "Readonly<Record<string, unknown>>"],
    [{ type: "object", additionalProperties: { type: "number" } }, "Readonly<Record<string, number>>"],
    [{ type: "object", additionalProperties: false }, "Readonly<Record<string, never>>"],
    [
      { properties: { "a-b": true }, required: ["a-b"], additionalProperties: true },
      '{ "a-b": unknown } & Readonly<Record<string, unknown>>',
    ],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, "string | null"],
    [{ oneOf: [{ const: "a" }, { const: "b" }] }, '"a" | "b"'],
    [{ allOf: [{ type: "string" }, { enum: ["a", "b"] }] }, 'string & ("a" | "b")'],
    [{ type: "string", allOf: [{ pattern: "^a" }, { pattern: "b$" }, { type: "string" }] }, "string"],
    [{ $ref: "#/$defs/lost" }, "Lost"],
  ];
  for (const [schema, type] of cases) assert.equal(new SchemaTypes().write(schema, "output"), type);
});

test("references become named types, each with a name of its own", () => {
  const types = new SchemaTypes();
  const tree: JsonSchema = {
    $ref: "#/$defs/tree-node",
    $defs: { "tree-node": { type: "object", properties: { next: { $ref: "#/$defs/tree-node" } } } },
  };
  assert.equal(types.write(tree, "input"), "TreeNode");
  assert.equal(types.write({ ...tree, $defs: { "tree-node": { type: "string" } } }, "output"), "TreeNode2");
  assert.equal(types.write({ type: "array", items: { $ref: "#" } }, "input"), "readonly Schema[]");
  assert.deepEqual(types.declarations(), [
    "type TreeNode = { readonly next?: TreeNode | undefined };",
    "type TreeNode2 = string;",
    "type Schema = readonly Schema[];",
  ]);
});

test("the parameters of a path are those that the router reads", () => {
  assert.equal(writePathParams("/users/list"), null);
  assert.equal(
    writePathParams("/:a/:b(uuid)/:c(range:1..9)/*d?"),
    "{ readonly a: string; readonly b: string; readonly c: number; readonly d?: string | undefined }",
  );
  assert.equal(
    writePathParams("/:a(length:2..8)/:b(regex:a|b)"),
    "{ readonly a: string; readonly b: string }",
  );
});
