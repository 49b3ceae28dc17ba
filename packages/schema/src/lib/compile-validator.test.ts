import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { compileValidator, type Checked } from "./compile-validator.ts";
import { MAX_PROBLEMS } from "./problem.ts";
import { SchemaError } from "./schema-error.ts";
import type { StandardProps, StandardSchemaV1 } from "./standard-schema.ts";

interface Library {
  readonly name: string;
  readonly schema: StandardSchemaV1;
  /** The codes of a number where a string should be, and of a missing member. */
  readonly codes: readonly [wrongType: string, missing: string];
}

const LIBRARIES: readonly Library[] = [
  {
    name: "zod",
    schema: z.object({ users: z.array(z.object({ name: z.string(), "a/b": z.number() })) }),
    codes: ["invalid_type", "invalid_type"],
  },
  {
    name: "valibot",
    schema: v.object({ users: v.array(v.object({ name: v.string(), "a/b": v.number() })) }),
    codes: ["string", "object"],
  },
  {
    name: "arktype",
    schema: type({ users: type({ name: "string", "a/b": "number" }).array() }),
    codes: ["domain", "required"],
  },
];

for (const { name, schema, codes } of LIBRARIES) {
  suite(name, () => {
    const validator = compileValidator(schema);

    test("a good value passes at once", () => {
      const value = { users: [{ name: "Ada", "a/b": 1 }] };
      const checked = sync(validator.validate(value));
      assert.equal(checked.ok, true);
      assert.deepEqual(checked.ok && checked.value, value);
      assert.equal(validator.vendor, name);
    });

    test("all problems come at once, each with its place", () => {
      const problems = problemsOf(validator.validate({ users: [{ name: "Ada", "a/b": 1 }, { name: 1 }] }));
      assert.deepEqual(
        new Map(problems.map(({ path, code }) => [path, code])),
        new Map([
          ["/users/1/a~1b", codes[1]],
          ["/users/1/name", codes[0]],
        ]),
      );
      for (const problem of problems) assert.match(problem.message, /\w/);
    });

    test("a wrong value at the top has the empty pointer", () => {
      assert.deepEqual(
        problemsOf(validator.validate("x")).map((problem) => problem.path),
        [""],
      );
    });
  });
}

test("transforms and defaults give the output", () => {
  const Query = z.object({ page: z.coerce.number().default(1), q: z.string().transform((q) => q.length) });
  assert.deepEqual(valueOf(compileValidator(Query).validate({ q: "abc" })), { page: 1, q: 3 });
  const Morph = type({ n: "string.numeric.parse" });
  assert.deepEqual(valueOf(compileValidator(Morph).validate({ n: "42" })), { n: 42 });
});

test("asynchronous schemas give promises", async () => {
  const schemas: StandardSchemaV1[] = [
    z.object({ name: z.string().refine(free, "Is taken.") }),
    v.objectAsync({ name: v.pipeAsync(v.string(), v.checkAsync(free, "Is taken.")) }),
  ];
  for (const schema of schemas) {
    const validator = compileValidator(schema);
    const pending = validator.validate({ name: "taken" });
    assert.ok(pending instanceof Promise);
    const [problem] = problemsOf(await pending);
    assert.equal(problem?.path, "/name");
    assert.equal(problem?.message, "Is taken.");
    assert.deepEqual(valueOf(await validator.validate({ name: "free" })), { name: "free" });
  }
});

test("problems are capped", () => {
  const checked = compileValidator(z.array(z.string())).validate(Array.from({ length: 5000 }, () => 1));
  assert.equal(problemsOf(checked).length, MAX_PROBLEMS);
});

test("undefined is a value like others", () => {
  assert.equal(valueOf(compileValidator(z.undefined()).validate(undefined)), undefined);
});

test("every result has the same members in the same order", () => {
  const validator = compileValidator(z.string());
  const members = ["ok", "value", "problems"];
  assert.deepEqual(Object.keys(validator.validate("a")), members);
  assert.deepEqual(Object.keys(validator.validate(1)), members);
});

suite("schemas that misbehave", () => {
  test("what is no schema is refused at start", () => {
    for (const value of [null, {}, "text", { type: "object" }]) {
      assert.throws(() => compileValidator(value as unknown as StandardSchemaV1), {
        name: "SchemaError",
        code: "E_SCHEMA_INVALID",
      });
    }
  });

  test("the message says what was given", () => {
    const compile = (value: unknown) => (): unknown => compileValidator(value as StandardSchemaV1);
    assert.throws(compile(null), /\(got null\)/);
    assert.throws(compile({}), /\(got object\)/);
    assert.throws(compile("x"), /\(got string\)/);
  });

  test("one that throws is an error with its cause", async () => {
    const cause = new TypeError("boom");
    const validator = compileValidator(
      schemaOf(() => {
        throw cause;
      }),
    );
    assert.throws(
      () => validator.validate(1),
      (error) =>
        error instanceof SchemaError &&
        error.code === "E_SCHEMA_THREW" &&
        error.cause === cause &&
        error.message.includes("The own schema threw") &&
        error.message.includes("boom"),
    );
    const later = compileValidator(schemaOf(async () => Promise.reject(cause)));
    await assert.rejects(async () => later.validate(1), { code: "E_SCHEMA_THREW", cause });
  });

  test("one that throws what is no error is told apart too", () => {
    const validator = compileValidator(
      schemaOf(() => {
        // oxlint-disable-next-line typescript/only-throw-error -- that is what is tested
        throw "text";
      }),
    );
    assert.throws(() => validator.validate(1), { code: "E_SCHEMA_THREW", cause: "text" });
  });

  test("one that gives no result is an error", async () => {
    for (const nothing of [undefined, null, true]) {
      const validator = compileValidator(schemaOf((() => nothing) as unknown as Validate));
      assert.throws(() => validator.validate(1), { code: "E_SCHEMA_RESULT_INVALID" });
    }
    const later = compileValidator(schemaOf((async () => Promise.resolve()) as unknown as Validate));
    await assert.rejects(async () => later.validate(1), { code: "E_SCHEMA_RESULT_INVALID" });
  });

  test("promises of another make are awaited", async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
    const thenable = { then: (done: (result: unknown) => void) => done({ value: 7 }) };
    const validator = compileValidator(schemaOf((() => thenable) as unknown as Validate));
    assert.equal(valueOf(await validator.validate(1)), 7);
  });
});

suite("values nested too deeply", () => {
  const zodList: z.ZodType = z.lazy(() => z.array(zodList));
  const valibotList: v.GenericSchema = v.lazy(() => v.array(valibotList));

  for (const [name, schema] of Object.entries({ zodList, valibotList })) {
    test(`${name}: a value that overflows the stack is the client's problem`, async () => {
      const value: unknown = JSON.parse("[".repeat(200_000) + "]".repeat(200_000));
      const problems = problemsOf(await compileValidator(schema).validate(value));
      assert.deepEqual(problems, [
        { path: "", message: "The value is nested too deeply.", code: "too_deep" },
      ]);
    });
  }

  test("a RangeError on a flat value is the schema's mistake", () => {
    const validator = compileValidator(
      schemaOf(() => {
        throw new RangeError("endless");
      }),
    );
    assert.throws(() => validator.validate([[[]]]), { code: "E_SCHEMA_THREW" });
  });
});

type Validate = StandardProps["validate"];

async function free(name: string): Promise<boolean> {
  return Promise.resolve(name !== "taken");
}

function schemaOf(validate: Validate): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor: "own", validate } };
}

function sync<T>(checked: Checked<T> | Promise<Checked<T>>): Checked<T> {
  assert.equal(checked instanceof Promise, false);
  return checked as Checked<T>; // asserted above
}

function valueOf<T>(result: Checked<T> | Promise<Checked<T>>): T {
  const checked = sync(result);
  if (!checked.ok) assert.fail(JSON.stringify(checked.problems));
  return checked.value;
}

function problemsOf(result: Checked<unknown> | Promise<Checked<unknown>>) {
  const checked = sync(result);
  if (checked.ok) assert.fail("no problems");
  return checked.problems;
}

test("an arktype schema is called itself, and says the same", () => {
  const validator = compileValidator(type({ id: "number", "tags?": "string[]" }));
  assert.deepEqual(validator.validate({ id: 1 }), { ok: true, value: { id: 1 }, problems: null });
  const failed = validator.validate({ id: "x", tags: [1] });
  assert.ok(!(failed instanceof Promise) && !failed.ok);
  assert.deepEqual(
    failed.problems.map(({ path }) => path),
    ["/id", "/tags/0"],
  );
});

test("a value that looks like the errors of arktype is a value", () => {
  const anything = compileValidator(type("unknown"));
  const value = { " arkKind": "errors", issues: [] };
  assert.deepEqual(anything.validate(value), { ok: true, value, problems: null });
  const list: unknown = JSON.parse('[{" arkKind":"errors"}]');
  assert.deepEqual(anything.validate(list), { ok: true, value: list, problems: null });
});
