import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JsonSchema } from "@armature/schema";
import type { OpenApiDocument, OpenApiOperation, OpenApiParameter } from "../document/open-api.ts";
import { diffDocuments } from "./diff-documents.ts";

function documentOf(
  operations: Readonly<Record<string, Partial<OpenApiOperation>>>,
  schemas: Readonly<Record<string, JsonSchema>> = {},
): OpenApiDocument {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const [key, operation] of Object.entries(operations)) {
    const [method = "", path = ""] = key.split(" ");
    (paths[path] ??= {})[method.toLowerCase()] = { operationId: "same", responses: {}, ...operation };
  }
  return { openapi: "3.1.1", info: { title: "Test", version: "1" }, paths, components: { schemas } };
}

function changesOf(before: OpenApiDocument, after: OpenApiDocument): string[] {
  return diffDocuments(before, after).map(
    ({ kind, operation, place, reason }) =>
      `${kind} ${operation}${place === "" ? "" : ` ${place}`}: ${reason}`,
  );
}

function compare(before: Partial<OpenApiOperation>, after: Partial<OpenApiOperation>): string[] {
  return changesOf(documentOf({ "GET /": before }), documentOf({ "GET /": after }));
}

function asBody(schema: JsonSchema, required = true): Partial<OpenApiOperation> {
  return { requestBody: { required, content: { "application/json": { schema } } } };
}

function asAnswer(schema: JsonSchema): Partial<OpenApiOperation> {
  return { responses: { 200: { description: "OK", content: { "application/json": { schema } } } } };
}

/** The kinds of change that the same difference is in a request and in an answer. */
function bothWays(before: JsonSchema, after: JsonSchema): [request: string[], answer: string[]] {
  const kinds = (changes: readonly string[]): string[] => changes.map((change) => change.split(" ")[0] ?? "");
  return [kinds(compare(asBody(before), asBody(after))), kinds(compare(asAnswer(before), asAnswer(after)))];
}

suite("operations", () => {
  test("that are gone break, and new ones do not", () => {
    assert.deepEqual(changesOf(documentOf({ "GET /a": {} }), documentOf({ "GET /b": {}, "POST /b": {} })), [
      "breaking GET /a: the operation is gone",
      "added GET /b: the operation is new",
      "added POST /b: the operation is new",
    ]);
  });

  test("keep their identity when a parameter of their path is renamed", () => {
    const path = (name: string): Partial<OpenApiOperation> => ({
      parameters: [{ name, in: "path", required: true, schema: { type: "string" } }],
    });
    assert.deepEqual(
      changesOf(documentOf({ "GET /a/{id}": path("id") }), documentOf({ "GET /a/{key}": path("key") })),
      [],
    );
  });

  test("say when they are deprecated or called differently", () => {
    assert.deepEqual(compare({}, { deprecated: true, operationId: "other" }), [
      "changed GET /: the operationId is other where it was same",
      "changed GET /: it is deprecated now",
    ]);
  });

  test("that ask for more proof break", () => {
    const secured = { security: [{ bearer: [] }] };
    assert.match(compare({}, secured)[0] ?? "", /^breaking GET \/ security:/);
    assert.match(compare(secured, {})[0] ?? "", /^changed GET \/ security:/);
    assert.deepEqual(compare(secured, secured), []);
  });
});

suite("parameters", () => {
  const limit = (more: Partial<OpenApiParameter> = {}): Partial<OpenApiOperation> => ({
    parameters: [{ name: "limit", in: "query", schema: { type: "integer" }, ...more }],
  });

  test("that are asked for newly break, unless they may be left out", () => {
    assert.deepEqual(compare({}, limit({ required: true })), [
      "breaking GET / query limit parameter: the parameter is new and required",
    ]);
    assert.deepEqual(compare({}, limit()), ["added GET / query limit parameter: the parameter is new"]);
    assert.deepEqual(compare(limit(), limit({ required: true })), [
      "breaking GET / query limit parameter: the parameter is required now",
    ]);
    assert.deepEqual(compare(limit({ required: true }), limit()), []);
  });

  test("that allow less break", () => {
    const [change] = compare(limit(), limit({ schema: { type: "integer", maximum: 10 } }));
    assert.equal(change, "breaking GET / query limit parameter: maximum is 10 where it was not there");
  });

  test("in header fields have no case", () => {
    const field = (name: string): Partial<OpenApiOperation> => ({
      parameters: [{ name, in: "header", schema: {} }],
    });
    assert.deepEqual(compare(field("X-Tenant"), field("x-tenant")), []);
  });
});

suite("schemas", () => {
  const object = (properties: Record<string, JsonSchema>, required: string[] = []): JsonSchema => ({
    type: "object",
    properties,
    required,
  });
  const name = { type: "string" };

  const cases: Readonly<Record<string, [JsonSchema, JsonSchema, string[], string[]]>> = {
    "a new required property": [object({}), object({ name }, ["name"]), ["breaking"], ["added"]],
    "a new optional property": [object({}), object({ name }), ["added"], ["added"]],
    "a property that is required now": [
      object({ name }),
      object({ name }, ["name"]),
      ["breaking"],
      ["changed"],
    ],
    "a property that may be missing now": [
      object({ name }, ["name"]),
      object({ name }),
      ["changed"],
      ["breaking"],
    ],
    "a required property that is gone": [object({ name }, ["name"]), object({}), ["changed"], ["breaking"]],
    "an optional property that is gone": [object({ name }), object({}), ["changed"], ["changed"]],
    "one type more": [{ type: "string" }, { type: ["string", "null"] }, ["changed"], ["breaking"]],
    "one type less": [{ type: ["string", "null"] }, { type: "string" }, ["breaking"], ["changed"]],
    "one value more": [{ enum: ["a"] }, { enum: ["a", "b"] }, ["changed"], ["breaking"]],
    "one value less": [{ enum: ["a", "b"] }, { const: "a" }, ["breaking"], ["changed"]],
    "integers where there were numbers": [{ type: "number" }, { type: "integer" }, ["breaking"], ["changed"]],
    "numbers where there were integers": [{ type: "integer" }, { type: "number" }, ["changed"], ["breaking"]],
    "a longer least length": [{ minLength: 1 }, { minLength: 2 }, ["breaking"], ["changed"]],
    "a pattern": [{ type: "string" }, { type: "string", pattern: "^a" }, ["breaking"], ["changed"]],
    "no pattern any more": [{ pattern: "^a" }, {}, ["changed"], ["breaking"]],
    "one member of a union more": [
      { anyOf: [name] },
      { anyOf: [name, { type: "null" }] },
      ["changed"],
      ["breaking"],
    ],
    "another item": [
      { items: { type: "string" } },
      { items: { type: "integer" } },
      ["breaking", "changed"],
      ["changed", "breaking"],
    ],
    "nothing but words": [{ type: "string", description: "a" }, { type: "string", description: "b" }, [], []],
  };
  for (const [what, [before, after, request, answer]] of Object.entries(cases))
    test(`with ${what}`, () => assert.deepEqual(bothWays(before, after), [request, answer]));

  test("that are closed refuse a property that is gone", () => {
    const closed = (json: JsonSchema): JsonSchema => ({ ...(json as object), additionalProperties: false });
    const [change] = compare(asBody(closed(object({ name }))), asBody(closed(object({}))));
    assert.match(change ?? "", /^breaking GET \/ request body\/application\/json\/properties\/name:/);
  });

  test("are followed into components, also into those that refer to themselves", () => {
    const tree = (value: JsonSchema): Record<string, JsonSchema> => ({
      Tree: object({ value, children: { type: "array", items: { $ref: "#/components/schemas/Tree" } } }),
    });
    const use = { "GET /": asAnswer({ $ref: "#/components/schemas/Tree" }) };
    const changes = changesOf(
      documentOf(use, tree({ type: "string" })),
      documentOf(use, tree({ type: "integer" })),
    );
    assert.deepEqual(
      changes.map((change) => change.split(":")[0]),
      [
        "changed GET / answer 200/application/json/properties/value",
        "breaking GET / answer 200/application/json/properties/value",
      ],
    );
    assert.deepEqual(
      changesOf(documentOf(use, tree({ type: "string" })), documentOf(use, tree({ type: "string" }))),
      [],
    );
  });
});

suite("bodies and answers", () => {
  test("break where a body, a media type or a success is gone or asked for", () => {
    assert.match(compare({}, asBody({}))[0] ?? "", /^breaking GET \/ request body: a body is required now/);
    assert.match(compare({}, asBody({}, false))[0] ?? "", /^added/);
    assert.match(compare(asBody({}, false), asBody({}))[0] ?? "", /^breaking .* the body is required now/);
    assert.match(compare(asBody({}), {})[0] ?? "", /^changed/);
    assert.match(
      compare(asAnswer({}), { responses: {} })[0] ?? "",
      /^breaking GET \/ answer 200: the answer is gone/,
    );
    const xml = { responses: { 200: { description: "OK", content: { "application/xml": {} } } } };
    assert.deepEqual(
      compare(asAnswer({}), xml).map((change) => change.split(" ")[0]),
      ["breaking", "added"],
    );
  });
});
