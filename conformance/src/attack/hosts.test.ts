import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, type Context } from "armature";
import { WIRE_WAYS } from "../app/harness/ways.ts";

const showHost = ({ request }: Context): string => request.host;

for (const way of WIRE_WAYS)
  describe(`which host a request is for by ${way.name}`, () => {
    const ask = async (head: string): Promise<string> => {
      const source = armature().get("/", showHost);
      await using running = await way.start(source);
      using client = running.connect();
      await client.send(head);
      const [answer] = await client.answers(1);
      return answer?.status === 200 ? answer.body : String(answer?.status);
    };

    test("is said by the absolute target where it disagrees with the field", async () => {
      assert.equal(await ask("GET http://one.example/ HTTP/1.1\r\nhost: two.example\r\n\r\n"), "one.example");
      assert.equal(
        await ask("GET http://one.example:81/ HTTP/1.1\r\nhost: one.example\r\n\r\n"),
        "one.example:81",
      );
    });

    test("is never said by another field", async () => {
      const others =
        "x-forwarded-host: evil.example\r\nforwarded: host=evil.example\r\nx-host: evil.example\r\n";
      assert.equal(await ask(`GET / HTTP/1.1\r\nhost: one.example\r\n${others}\r\n`), "one.example");
    });

    for (const [what, head] of Object.entries({
      "two fields": "host: one.example\r\nhost: two.example\r\n",
      "no field": "x-a: b\r\n",
      "a field with user information": "host: one.example@two.example\r\n",
      "a field with a path": "host: one.example/two\r\n",
    }))
      test(`is not guessed from ${what}`, async (t) => {
        if (way.name === "node:http" && what !== "no field")
          return t.skip("node:http decides before the application sees the request");
        assert.equal(await ask(`GET / HTTP/1.1\r\n${head}\r\n`), "400");
      });
  });
