import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveTrust, trustFaults } from "./trust-proxy.ts";

function codes(given: unknown): string[] {
  return trustFaults(given).map(({ code }) => code);
}

test("everything that names proxies is taken", () => {
  for (const given of [
    false,
    undefined,
    1,
    "loopback",
    ["loopback", "10.0.0.0/8", "2001:db8::1"],
    { from: "private" },
    { from: 2, fields: ["forwarded"] },
    { from: ["private"], fields: ["x-forwarded-for", "x-forwarded-proto"] },
  ])
    assert.deepEqual(codes(given), [], JSON.stringify(given));
});

test("what names nobody is refused", () => {
  for (const given of [true, null, 0, -1, 1.5, 33, Number.NaN, [], [1], {}, () => true])
    assert.deepEqual(codes(given), ["E_OPTION_INVALID"], JSON.stringify(given));
  assert.deepEqual(codes("localhost"), ["E_ADDRESS_INVALID"]);
  assert.deepEqual(codes(""), ["E_ADDRESS_INVALID"]);
  assert.deepEqual(codes(["10.0.0.0/8", "everybody", "10.0.0.0/40"]), ["E_ADDRESS_INVALID"]);
});

test("fields of the two families do not go together", () => {
  for (const fields of [[], ["forwarded", "x-forwarded-for"], ["X-Forwarded-For"], ["via"], "forwarded"])
    assert.deepEqual(codes({ from: 1, fields }), ["E_OPTION_INVALID"], JSON.stringify(fields));
});

test("all mistakes are told together", () => {
  assert.deepEqual(codes({ from: ["x"], fields: ["via"], hops: 1 }), [
    "E_OPTION_INVALID",
    "E_ADDRESS_INVALID",
    "E_OPTION_INVALID",
  ]);
});

test("nobody is trusted by default", () => {
  assert.equal(resolveTrust(false), null);
});
