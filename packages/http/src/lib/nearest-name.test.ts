import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestName } from "./nearest-name.ts";

const NAMES = ["maxBodyBytes", "maxHeaderBytes", "maxHeaderFields", "keepAliveTimeoutMs", "port", "host"];

test("slips of the hand are found", () => {
  const cases: Readonly<Record<string, string>> = {
    maxBodySize: "maxBodyBytes",
    maxBody: "maxBodyBytes",
    maxbodybytes: "maxBodyBytes",
    maxHeadersBytes: "maxHeaderBytes",
    keepAliveTimeout: "keepAliveTimeoutMs",
    maxB: "maxBodyBytes",
    prot: "port",
    pot: "port",
    Hosts: "host",
  };
  for (const [wrong, right] of Object.entries(cases)) assert.equal(nearestName(wrong, NAMES), right, wrong);
});

test("what is far from all is not guessed at", () => {
  for (const wrong of ["", "x", "compression", "__proto__", "zzzz"])
    assert.equal(nearestName(wrong, NAMES), null, wrong);
  assert.equal(nearestName("port", []), null);
});

test("of two that are equally near the first is taken", () => {
  assert.equal(nearestName("boat", ["coat", "goat"]), "coat");
});

test("a swap of neighbours is one slip, a swap of others is not", () => {
  assert.equal(nearestName("ab", ["ba"]), "ba");
  assert.equal(nearestName("abc", ["cba"]), null);
  assert.equal(nearestName("abcd", ["badc"]), null);
});

test("the name itself is the nearest", () => {
  for (const name of NAMES) assert.equal(nearestName(name, NAMES), name);
});
