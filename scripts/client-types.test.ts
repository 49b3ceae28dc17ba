import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateCalls } from "../benchmarks/types/client-calls.ts";
import {
  compileProject,
  type CompileReport,
} from "../packages/core/src/lib/route/compile-project.test.kit.ts";
import { generateRoutes } from "../packages/core/src/lib/route/generated-routes.test.kit.ts";

const ROUTES = 1000;

/** Instantiations that a call of an API with 1,000 routes may cost the compiler, a quarter over what it takes. */
const BOUNDS = { chained: 6900, fields: 4700, generated: 1320 };

/** Milliseconds that the compiler may check 1,000 routes for: ten times what it does, so that a busy machine does not fail it. */
const MAX_CHECK_MS = 30_000;

function assertQuick({ checkMs }: CompileReport): void {
  assert.ok(checkMs < MAX_CHECK_MS, `${ROUTES} routes are checked for ${checkMs} ms, over ${MAX_CHECK_MS}`);
}

function check(files: ReadonlyMap<string, string>): CompileReport {
  const report = compileProject(files);
  assert.deepEqual(report.errors.slice(0, 3), []);
  return report;
}

function assertCost(instantiations: number, bound: number): void {
  const each = instantiations / ROUTES;
  assert.ok(each < bound, `a call costs ${each.toFixed(0)} instantiations, over ${bound}`);
  assert.ok(each > 100, `a call costs ${each.toFixed(0)} instantiations: is it checked at all?`);
}

describe("what calls of 1,000 routes cost the compiler", () => {
  for (const form of ["chained", "fields"] as const) {
    test(form, () => {
      const routes = generateRoutes(form, ROUTES);
      const server = check(routes);
      assertQuick(server);
      const client = check(new Map([...routes, ["client.ts", generateCalls(form, ROUTES)]]));
      assertCost(client.instantiations - server.instantiations, BOUNDS[form]);
    });
  }

  test("generated", () => {
    const numbers = Array.from({ length: ROUTES }, (_, at) => at);
    const route = `{ method: "GET"; input: { params: { id: number } }; answers: { 200: { name: string } } }`;
    const text = [
      'import { createClient } from "@armature/client";',
      `interface Routes { ${numbers.map((at) => `"/users${at}/:id": ${route};`).join("\n")} }`,
      'const client = createClient<{ readonly __table?: readonly [Routes] }>("http://127.0.0.1");',
      ...numbers.map(
        (at) => `export const user${at} = client("/users${at}/:id").get({ params: { id: 7 } });`,
      ),
    ];
    const client = check(new Map([["client.ts", text.join("\n")]]));
    assertQuick(client);
    assertCost(client.instantiations, BOUNDS.generated);
  });
});

test("what the compiler says of a wrong call names what is wrong", () => {
  const calls: readonly (readonly [string, string])[] = [
    [
      'client("/user")',
      `Argument of type '"/user"' is not assignable to parameter of type '"/users" | "/users/:id"'.`,
    ],
    ['client("/users").put({})', "Property 'put' does not exist on type"],
    ['client("/users/:id").get()', "Expected 1 arguments, but got 0."],
    [
      'client("/users/:id").get({ params: { id: "x" } })',
      "Type 'string' is not assignable to type 'number'.",
    ],
    [
      'client("/users/:id").get({ params: { uid: 1 } })',
      "'uid' does not exist in type '{ readonly id: number; }'",
    ],
    ['client("/users").post({ body: { nam: "Ada" } })', "Did you mean to write 'name'?"],
    ['client("/users").post({ body: { name: "Ada" }, retries: 1 })', "'retries' does not exist in type"],
  ];
  const text = [
    'import { createClient } from "@armature/client";',
    `interface Routes {
      "/users/:id": { method: "GET"; input: { readonly params: { readonly id: number } }; answers: { 200: string } };
      "/users": { method: "POST"; input: { body: { name: string } }; answers: { 201: string } };
    }`,
    'const client = createClient<{ readonly __table?: readonly [Routes] }>("http://127.0.0.1");',
    ...calls.map(([call]) => `void ${call};`),
  ].join("\n");
  const { errors } = compileProject(new Map([["client.ts", text]]));
  assert.equal(errors.length, calls.length, errors.map(({ message }) => message).join("\n"));
  for (const [at, [call, words]] of calls.entries())
    assert.ok(errors[at]?.message.includes(words), `${call} gives ${errors[at]?.message}`);
});
