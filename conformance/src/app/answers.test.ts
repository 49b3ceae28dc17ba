import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature } from "armature";
import { z } from "zod";
import { LIBRARIES } from "./harness/schemas.ts";
import { WAYS } from "./harness/ways.ts";

const User = z.object({
  id: z.int(),
  name: z.string(),
  bio: z.string().nullable(),
  tags: z.array(z.string()),
  joined: z.date(),
  links: z.record(z.string(), z.string()).optional(),
  pet: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("cat"), lives: z.int() }),
      z.object({ kind: z.literal("dog"), tricks: z.array(z.string()) }),
    ])
    .optional(),
});

const TEXTS = [
  "plain",
  "é ü ß",
  "日本語",
  "😀 emoji",
  '"quoted" \\ back',
  "\u0000\u001f\u007f",
  "half \ud83d",
  "\u2028",
];

function userOf(text: string): z.input<typeof User> {
  return {
    id: 1,
    name: text,
    bio: text === "plain" ? null : text,
    tags: [text, ""],
    joined: new Date(0),
    links: { [text]: text },
    pet: { kind: "dog", tricks: [text] },
  };
}

/** As a handler gives it: with members that are nobody's business. */
function rowOf(text: string): z.input<typeof User> {
  const pet = { kind: "dog" as const, tricks: [text], owner: "s3cret" };
  return Object.assign(userOf(text), { passwordHash: "s3cret", pet });
}

for (const way of WAYS)
  for (const checkAnswers of [true, false])
    describe(`declared answers by ${way.name}, ${checkAnswers ? "checked in full" : "by their kinds alone"}`, () => {
      const source = armature()
        .get("/message", { response: z.object({ message: z.string() }) }, () => ({
          message: "Hello, World!",
        }))
        .get("/message/:at(int)", { response: z.object({ message: z.string() }) }, ({ params }) => ({
          message: TEXTS[params.at] ?? "",
        }))
        .get("/users/:at(int)", { response: User }, ({ params }) => rowOf(TEXTS[params.at] ?? ""))
        .get("/users", { response: z.array(User) }, () => TEXTS.map(rowOf))
        .get("/wrong", { response: User }, () => ({ ...userOf("x"), id: "s3cret" as unknown as number }));

      test("are JSON with their length in bytes, whatever the characters", async () => {
        await using running = await way.start(source, { checkAnswers });
        const answer = await running.request("GET", "/message");
        assert.equal(answer.text, '{"message":"Hello, World!"}');
        assert.equal(answer.header("content-type"), "application/json");
        for (const [at, message] of TEXTS.entries()) {
          const { status, bytes, json } = await running.request("GET", `/message/${at}`);
          assert.equal(status, 200);
          assert.deepEqual(json, { message });
          assert.equal(bytes.toString(), JSON.stringify({ message }));
        }
      });

      test("have a content-length that is that of their bytes", async () => {
        await using running = await way.start(source, { checkAnswers });
        for (const target of ["/message/3", "/users/2", "/users"]) {
          const answer = await running.request("GET", target);
          const length = answer.header("content-length");
          if (way.name !== "fetch") assert.equal(Number(length), answer.bytes.length);
          assert.equal(answer.cut, false);
        }
      });

      test("have what the schema declares and nothing else", async () => {
        await using running = await way.start(source, { checkAnswers });
        for (const [at, text] of TEXTS.entries()) {
          const one = await running.request("GET", `/users/${at}`);
          assert.deepEqual(one.json, JSON.parse(JSON.stringify(userOf(text))));
        }
        const all = await running.request("GET", "/users");
        assert.deepEqual(all.json, JSON.parse(JSON.stringify(TEXTS.map(userOf))));
        assert.equal(all.text.includes("s3cret"), false);
      });

      test("that are not of the declared kind are a 500 that tells nothing", async () => {
        await using running = await way.start(source, { checkAnswers });
        const answer = await running.request("GET", "/wrong");
        assert.equal(answer.status, 500);
        assert.equal(answer.problem["code"], "E_RESPONSE_INVALID");
        assert.equal(answer.text.includes("s3cret"), false);
      });

      for (const [library, { response }] of Object.entries(LIBRARIES))
        test(`of a ${library} schema leave out what it does not declare`, async () => {
          const own = armature().get("/", { response }, () => ({ id: 1, name: "Ada", secret: "s3cret" }));
          await using running = await way.start(own, { checkAnswers });
          assert.equal((await running.request("GET", "/")).text, '{"id":1,"name":"Ada"}');
        });
    });

test("answers are checked in full unless the environment says production", async () => {
  const source = (): ReturnType<typeof armature> =>
    armature({ requestId: false }).get("/", { response: z.object({ id: z.int().max(5) }) }, () => ({
      id: 7,
    })) as never;
  const before = process.env["NODE_ENV"];
  const statusUnder = async (environment: string): Promise<number> => {
    process.env["NODE_ENV"] = environment;
    await using app = source();
    return (await app.fetch(new Request("http://localhost/"))).status;
  };
  try {
    assert.equal(await statusUnder("development"), 500);
    assert.equal(await statusUnder("production"), 200);
  } finally {
    if (before === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = before;
  }
});
