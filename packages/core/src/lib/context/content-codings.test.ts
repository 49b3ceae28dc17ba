import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError } from "@armature/http";
import { isVulnerableBrotli, readCodings, resolveDecompression } from "./content-codings.ts";

const ALL = resolveDecompression({ maxCodings: 2 }, "1.2.0");

function refusal(contentEncoding: string, settings = ALL): HttpError {
  try {
    readCodings(contentEncoding, settings);
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error));
    return error;
  }
  throw new Error(`${contentEncoding} was taken`);
}

test("codings are read in the order in which they were applied", () => {
  assert.deepEqual(readCodings("gzip", ALL), ["gzip"]);
  assert.deepEqual(readCodings("Deflate , BR", ALL), ["deflate", "br"]);
  assert.deepEqual(readCodings("x-gzip", ALL), ["gzip"]);
  assert.deepEqual(readCodings("identity, zstd,, identity,", ALL), ["zstd"]);
  assert.deepEqual(readCodings("", ALL), []);
});

test("unknown codings and too many of them are refused, and the answer says what is taken", () => {
  for (const value of ["compress", "gzip;q=1", '"gzip"', "gzip br", "gzip, br, zstd", "__proto__"]) {
    const { status, code, headers } = refusal(value);
    assert.equal(status, 415, value);
    assert.equal(code, "E_UNSUPPORTED_CONTENT_ENCODING");
    assert.deepEqual(headers, { "accept-encoding": "gzip, deflate, br, zstd" });
  }
});

test("an application without decompression says that it takes plain bodies alone", () => {
  const { headers } = refusal("gzip", resolveDecompression(false, "1.2.0"));
  assert.deepEqual(headers, { "accept-encoding": "identity" });
});

test("brotli is refused where its decoder is not safe, even by name", () => {
  assert.deepEqual(resolveDecompression(true, "1.0.7").codings, ["gzip", "deflate", "zstd"]);
  assert.deepEqual(resolveDecompression({ codings: ["br"] }, "1.0.7").codings, []);
  assert.deepEqual(refusal("br", resolveDecompression(true, "1.0.7")).headers, {
    "accept-encoding": "gzip, deflate, zstd",
  });
});

test("the versions of brotli before 1.0.8 are not safe, nor are texts that are no version", () => {
  const unsafe = ["0.6.0", "1.0.0", "1.0.7", "1.0.7-patched", "", "latest"];
  const safe = ["1.0.8", "1.0.9", "1.0.10", "1.1.0", "1.2.0", "2.0.0", undefined];
  for (const version of unsafe) assert.equal(isVulnerableBrotli(version), true, version);
  for (const version of safe) assert.equal(isVulnerableBrotli(version), false, version);
});
