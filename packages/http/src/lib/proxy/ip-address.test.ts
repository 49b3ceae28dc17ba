import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import * as fc from "fast-check";
import { formatIpAddress, parseIpAddress } from "./ip-address.ts";

const bytes = (length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), {
    minLength: length,
    maxLength: length,
  });

test("a table of addresses and their one text", () => {
  const cases: readonly (readonly [text: string, written: string | null])[] = [
    ["192.0.2.1", "192.0.2.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8::1:0:0:1", "2001:db8::1:0:0:1"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["", null],
    ["1.2.3", null],
    ["1.2.3.4.5", null],
    ["1.2.3.256", null],
    ["01.2.3.4", null],
    ["0x7f.0.0.1", null],
    ["1.2.3.4 ", null],
    [":", null],
    [":::", null],
    ["1:2:3:4:5:6:7", null],
    ["1:2:3:4:5:6:7:8:9", null],
    ["1::2::3", null],
    ["1:2:3:4:5:6:7::8", null],
    ["12345::", null],
    ["::1.2.3", null],
    ["1.2.3.4::", null],
    ["fe80::1%eth0", null],
    ["[::1]", null],
    ["1".repeat(10_000), null],
    [":".repeat(10_000), null],
  ];
  for (const [text, written] of cases) {
    const address = parseIpAddress(text);
    assert.equal(address === null ? null : formatIpAddress(address), written, text.slice(0, 60));
  }
});

test("what is written is read again", () => {
  fc.assert(
    fc.property(fc.oneof(bytes(4), bytes(16)), (address) => {
      const text = formatIpAddress(address);
      const again = parseIpAddress(text);
      assert.ok(again !== null, text);
      assert.equal(formatIpAddress(again), again.length === address.length ? text : formatIpAddress(again));
    }),
  );
});

test("the same texts are addresses as for Node", () => {
  const hostile = fc.string({
    unit: fc.constantFrom(..."0123456789abcdefF:.:.%[]".split("")),
    maxLength: 45,
  });
  fc.assert(
    fc.property(fc.oneof(hostile, fc.ipV4(), fc.ipV6()), (text) => {
      // Node takes zones.
      fc.pre(!text.includes("%"));
      assert.equal(parseIpAddress(text) !== null, isIP(text) !== 0, text);
    }),
    { numRuns: 2000 },
  );
});
