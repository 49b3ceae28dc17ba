import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HeaderList, type Exchange } from "@armature/http";
import { authorityOf } from "./authority.ts";

function authority(target: string, host?: string): string {
  const headers = HeaderList.fromPairs(host === undefined ? [] : [["Host", host]]);
  return authorityOf({ target, headers } as Exchange); // nothing else is asked of it
}

describe("authorityOf", () => {
  const FROM_FIELD = [
    "/",
    "*",
    "/a?b=http://evil.example/",
    "//evil.example/a",
    "/http://evil.example/",
    "a.example:443",
  ];
  for (const target of FROM_FIELD)
    test(`is the host field's for ${target}`, () => {
      assert.equal(authority(target, "b.example:8080"), "b.example:8080");
      assert.equal(authority(target), "");
    });

  const FROM_TARGET: Readonly<Record<string, string>> = {
    "http://a.example": "a.example",
    "http://a.example:81/b?c#d": "a.example:81",
    "HTTPS://A.example?b=/c": "A.example",
    "http://[::1]:80/": "[::1]:80",
    "coap+tcp://a.example/": "a.example",
  };
  for (const [target, expected] of Object.entries(FROM_TARGET))
    test(`is the target's own for ${target}`, () => {
      assert.equal(authority(target, "b.example"), expected);
      assert.equal(authority(target), expected);
    });
});
