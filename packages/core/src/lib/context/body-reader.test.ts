import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BodyReader } from "./body-reader.ts";
import type { MultipartOptions } from "./multipart.ts";
import { testContext } from "./test-context.test.kit.ts";

const FORM = ["--x", 'content-disposition: form-data; name="a"', "", "1", "--x--", ""].join("\r\n");

/** The reader of a request; the limit is 100 bytes where nothing is said. */
function reader(body: string | null, contentType = "text/plain", maxBodyBytes = 100): BodyReader {
  const request = new Request("http://localhost/", {
    method: "POST",
    body,
    headers: { "content-type": contentType },
  });
  return testContext(request, { maxBodyBytes }).context.request.body;
}

async function partsOf(body: BodyReader, options?: MultipartOptions): Promise<string[]> {
  const names: string[] = [];
  for await (const part of body.multipart(options)) names.push(part.name);
  return names;
}

async function drain(body: BodyReader): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.stream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Every way to read a body, as far as to its end. */
const WAYS: Readonly<Record<string, (body: BodyReader) => Promise<unknown>>> = {
  text: async (body) => await body.text(),
  json: async (body) => await body.json(),
  value: async (body) => await body.value(),
  bytes: async (body) => await body.bytes(),
  stream: drain,
  multipart: async (body) => await partsOf(body),
};

describe("a body reader", () => {
  test("reads text, JSON whatever its type, values by their type, bytes and pieces", async () => {
    assert.equal(await reader("grüße").text(), "grüße");
    assert.deepEqual(await reader("[1]").json(), [1]);
    assert.deepEqual(await reader("[1]").value(), "[1]");
    assert.deepEqual(await reader("[1]", "application/json").value(), [1]);
    assert.deepEqual(await reader("ab").bytes(), Uint8Array.of(97, 98));
    assert.equal(await drain(reader("abc")), "abc");
    assert.deepEqual(await partsOf(reader(FORM, "Multipart/Form-Data ; boundary=x")), ["a"]);
  });

  test("knows that there is no body", async () => {
    assert.equal(reader(null).length, 0);
    assert.equal(await reader(null).text(), "");
    assert.equal(await reader(null).value(), undefined);
    await assert.rejects(reader(null).json(), { code: "E_JSON_INVALID" });
  });

  for (const [name, read] of Object.entries(WAYS)) {
    const body = name === "multipart" ? FORM : '"0123456789"';
    const type = name === "multipart" ? "multipart/form-data; boundary=x" : "text/plain";

    test(`holds ${name} against the limit of the route`, async () => {
      await assert.rejects(read(reader(body, type, body.length - 1)), {
        status: 413,
        code: "E_BODY_TOO_LARGE",
      });
      await read(reader(body, type, body.length));
    });

    test(`reads once, and ${name} is a reading`, async () => {
      for (const other of ["text", "stream", "bytes"] as const) {
        const one = reader(body, type);
        await read(one);
        await assert.rejects(async () => await WAYS[other]?.(one), { status: 500, code: "E_BODY_USED" });
      }
    });
  }

  test("takes for a multipart form what it is told to take", async () => {
    const type = "multipart/form-data; boundary=x";
    assert.deepEqual(await partsOf(reader(FORM, type, 5), { maxBytes: FORM.length }), ["a"]);
    await assert.rejects(partsOf(reader(FORM, type), { maxBytes: 5 }), { code: "E_BODY_TOO_LARGE" });
    await assert.rejects(partsOf(reader(FORM, type), { maxFields: 0 }), { code: "E_MULTIPART_TOO_LARGE" });
  });

  for (const type of [
    "text/plain",
    "multipart/mixed; boundary=x",
    "multipart/form-data",
    "xmultipart/form-data; boundary=x",
  ])
    test(`refuses ${type} where a multipart form is wanted, and leaves the body`, async () => {
      const body = reader(FORM, type);
      await assert.rejects(partsOf(body), {
        status: 415,
        code: "E_UNSUPPORTED_MEDIA_TYPE",
        headers: { accept: "multipart/form-data" },
        message: new RegExp(type),
      });
      assert.equal(await body.text(), FORM);
    });
});
