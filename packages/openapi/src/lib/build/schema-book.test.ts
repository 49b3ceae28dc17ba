import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { get, post } from "@armature/core";
import { scope } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { describe, schemaNames } from "./describe.test.kit.ts";

const User = z.object({ id: z.int(), name: z.string(), friends: z.array(z.int()).optional() });

suite("components", () => {
  const list = get("/", { response: z.array(User) }, () => []);
  const find = get("/:id", { response: User }, () => ({ id: 1, name: "Ada" }));

  test("have the schemas that the application names, wherever they stand", async () => {
    const { paths, components } = await describe({
      module: { routes: [list, find] },
      document: { schemas: { User } },
    });
    assert.deepEqual(schemaNames(components), ["User"]);
    const ref = { $ref: "#/components/schemas/User" };
    assert.deepEqual(paths["/"]?.get?.responses[200]?.content?.["application/json"]?.schema, {
      type: "array",
      items: ref,
    });
    assert.deepEqual(paths["/{id}"]?.get?.responses[200]?.content?.["application/json"]?.schema, ref);
  });

  test("tell what comes in from what goes out where they differ", async () => {
    const Trimmed = z.object({ name: z.string().default("nobody") });
    const { components } = await describe({
      module: { routes: [post("/", { body: Trimmed, response: Trimmed }, () => ({ name: "a" }))] },
      document: { schemas: { Trimmed } },
    });
    assert.deepEqual(schemaNames(components), ["Trimmed", "TrimmedInput"]);
  });

  test("have what a library names, and what has a title", async () => {
    const Pet = z.object({ kind: z.string() }).meta({ id: "Pet" });
    const Toy = z.object({ size: z.int() }).meta({ title: "Toy" });
    const { components } = await describe({
      module: {
        routes: [
          get("/", { response: z.object({ pets: z.array(Pet), toy: Toy }) }, () => ({
            pets: [],
            toy: { size: 1 },
          })),
        ],
      },
    });
    assert.deepEqual(schemaNames(components), ["Pet", "Toy"]);
  });

  test("have schemas that refer to themselves", async () => {
    const Tree = z.object({
      value: z.int(),
      get children() {
        return z.array(Tree);
      },
    });
    const { paths, components } = await describe({
      module: { routes: [get("/tree", { response: Tree }, () => ({ value: 1, children: [] }))] },
    });
    const [name = ""] = schemaNames(components);
    const ref = { $ref: `#/components/schemas/${name}` };
    assert.deepEqual(paths["/tree"]?.get?.responses[200]?.content?.["application/json"]?.schema, ref);
    assert.match(JSON.stringify(components?.schemas?.[name]), new RegExp(ref.$ref));
  });

  test("have those whose library names them under that name alone", async () => {
    const Node = z
      .object({
        get next() {
          return Node.optional();
        },
      })
      .meta({ id: "Node" });
    for (const schemas of [{}, { Node }]) {
      const { paths, components } = await describe({
        module: { routes: [get("/node", { response: Node }, () => ({}))] },
        document: { schemas },
      });
      assert.deepEqual(schemaNames(components), ["Node"]);
      const { schema } = paths["/node"]?.get?.responses[200]?.content?.["application/json"] ?? {};
      assert.deepEqual(schema, { $ref: "#/components/schemas/Node" });
    }
  });

  test("of one name and two shapes are numbered", async () => {
    const one = z.object({ a: z.int() }).meta({ title: "Thing" });
    const two = z.object({ b: z.int() }).meta({ title: "Thing" });
    const { components } = await describe({
      module: {
        routes: [
          get("/1", { response: one }, () => ({ a: 1 })),
          get("/2", { response: two }, () => ({ b: 1 })),
        ],
      },
    });
    assert.deepEqual(schemaNames(components), ["Thing", "Thing2"]);
  });

  test("have names of their operation where their library only counts them", async () => {
    const Branch = z.object({
      get branches() {
        return z.array(Branch);
      },
    });
    const Twig = v.object({ twigs: v.array(v.lazy((): v.GenericSchema => Twig)) });
    const { node: Knot } = scope({ node: { knots: "node[]" } }).export();
    const { components } = await describe({
      module: {
        routes: [
          get("/branch", { response: z.object({ of: Branch }) }, () => ({ of: { branches: [] } })),
          get("/twig", { response: v.object({ of: Twig }) }, () => ({ of: { twigs: [] } })),
          get("/knot", { response: Knot }, () => ({ knots: [] })),
        ],
      },
      document: { jsonSchema: { converters: { valibot: toStandardJsonSchema } } },
    });
    assert.deepEqual(schemaNames(components), [
      "getBranchAnswer200",
      "getKnotAnswer200",
      "getKnotAnswer2002",
      "getTwigAnswer200",
    ]);
  });

  test("may come from other libraries", async () => {
    const Item = v.object({ sku: v.string() });
    const { components } = await describe({
      module: { routes: [get("/", { response: Item }, () => ({ sku: "a" }))] },
      document: { schemas: { Item }, jsonSchema: { converters: { valibot: toStandardJsonSchema } } },
    });
    assert.deepEqual(schemaNames(components), ["Item"]);
  });
});
