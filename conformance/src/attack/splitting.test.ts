import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, reply, type Context } from "armature";
import { LogLines } from "../app/harness/log-lines.ts";
import { WAYS, WIRE_WAYS } from "../app/harness/ways.ts";

const EVIL = "a\r\nset-cookie: stolen=1\r\n\r\n<script>";

/** Every way in which an application can put text of a client into the head of an answer. */
const WRITERS: Readonly<Record<string, (context: Context, text: string) => unknown>> = {
  "a header that is set": (context, text) => context.setHeader("x-a", text),
  "a header that is added": (context, text) => context.addHeader("x-a", text),
  "the name of a header": (context, text) => context.setHeader(text, "a"),
  "a header of a reply": (_, text) => reply(200, "body").header("x-a", text),
  "the type of a reply": (_, text) => reply(200, "body").type(text),
  "a cookie of a reply": (_, text) => reply(200, "body").cookie("a", text),
  "a redirect": (context, text) => context.reply.redirect(text),
  "the value of a cookie": (context, text) => context.setCookie("a", text),
  "the name of a cookie": (context, text) => context.setCookie(text, "a"),
  "the path of a cookie": (context, text) => context.setCookie("a", "b", { path: text }),
  "the domain of a cookie": (context, text) => context.setCookie("a", "b", { domain: text }),
  "a Web response": (_, text) => new Response("body", { headers: { "x-a": text } }),
};

/** The same with one control character, alone. */
const CONTROLS = ["\r", "\n", "\0", "\v", "\x7f", "\u010d\u010a", "\u2028"];

for (const way of WAYS)
  describe(`text of a client in the head of an answer by ${way.name}`, () => {
    for (const [what, write] of Object.entries(WRITERS))
      test(`splits nothing: ${what}`, async () => {
        const lines = new LogLines();
        const source = armature().get("/", (context: Context) => {
          const text = Buffer.from(context.request.headers.get("x-text") ?? "", "base64").toString();
          return (write(context, text) ?? "fine") as string;
        });
        await using running = await way.start(source, { logger: lines.logger });
        for (const text of [EVIL, ...CONTROLS.map((control) => `a${control}b`)]) {
          const headers = { "x-text": Buffer.from(text).toString("base64") };
          const answer = await running.request("GET", "/", { headers });
          const cookies = answer.all("set-cookie").join();
          assert.doesNotMatch(cookies, /^stolen|, ?stolen/);
          assert.doesNotMatch(answer.text, /<script>/);
          for (const [name, value] of answer.fields) assert.doesNotMatch(name + value, /[\r\n\0\v\x7f]/);
          if (answer.status === 500)
            assert.match(String(answer.problem["code"]), /^E_(INTERNAL|\w+_INVALID)$/);
          else assert.ok([200, 302, 303, 307].includes(answer.status), String(answer.status));
        }
        assert.equal((await running.request("GET", "/nothing")).status, 404);
      });
  });

for (const way of WIRE_WAYS)
  test(`an escaped line end in a target is not written as one by ${way.name}`, async () => {
    const source = armature().get("/*rest", ({ params, reply: answer }) =>
      answer.redirect(`/${params.rest}`),
    );
    await using running = await way.start(source);
    const answer = await running.request("GET", "/a%0d%0aset-cookie:%20stolen=1");
    assert.deepEqual(answer.all("set-cookie"), []);
  });
