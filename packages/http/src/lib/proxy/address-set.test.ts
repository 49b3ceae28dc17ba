import assert from "node:assert/strict";
import { BlockList, isIPv4 } from "node:net";
import { test } from "node:test";
import * as fc from "fast-check";
import { ArmatureError } from "../armature-error.ts";
import { AddressSet } from "./address-set.ts";

test("addresses, ranges and names", () => {
  const cases: readonly (readonly [member: string, inside: readonly string[], outside: readonly string[]])[] =
    [
      ["192.0.2.1", ["192.0.2.1", "::ffff:192.0.2.1"], ["192.0.2.2", "::c000:201"]],
      ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], ["11.0.0.0", "9.255.255.255"]],
      ["10.1.2.3/8", ["10.9.9.9"], ["11.1.2.3"]],
      ["192.168.0.0/23", ["192.168.1.255"], ["192.168.2.0"]],
      ["0.0.0.0/0", ["1.2.3.4", "::ffff:1.2.3.4"], ["::1"]],
      ["::/0", ["::1", "2001:db8::1"], ["1.2.3.4"]],
      ["::ffff:10.0.0.0/104", ["10.1.2.3"], ["11.0.0.0"]],
      ["2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::1"]],
      ["loopback", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"], ["128.0.0.1", "::2", "10.0.0.1"]],
      [
        "private",
        ["10.0.0.1", "172.31.0.1", "192.168.1.1", "fd00::1"],
        ["172.32.0.1", "127.0.0.1", "fe80::1"],
      ],
      ["link-local", ["169.254.1.1", "fe80::1", "fe80::1%eth0"], ["fec0::1"]],
    ];
  for (const [member, inside, outside] of cases) {
    const set = AddressSet.of([member]);
    for (const address of inside) assert.equal(set.has(address), true, `${address} is in ${member}`);
    for (const address of [...outside, "", "unknown", "10.0.0.0/8", "%"])
      assert.equal(set.has(address), false, `${address} is not in ${member}`);
  }
});

test("members that are none are named together", () => {
  const wrong = [
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/08",
    "10.0.0.0/",
    "::/129",
    "localhost",
    "",
    "1.2.3.4/5/6",
  ];
  assert.throws(
    () => AddressSet.of(["loopback", ...wrong, "toString"]),
    (error) => {
      assert.ok(error instanceof ArmatureError);
      assert.equal(error.code, "E_ADDRESS_INVALID");
      for (const member of [...wrong, "toString"])
        assert.ok(error.message.includes(JSON.stringify(member)), member);
      return !error.message.includes('got "loopback"');
    },
  );
});

test("ranges hold what they hold for Node", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), (net, bits, address) => {
      const list = new BlockList();
      list.addSubnet(net, bits, "ipv4");
      assert.equal(AddressSet.of([`${net}/${bits}`]).has(address), list.check(address, "ipv4"));
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.ipV6(), (net, bits, address) => {
      // Node keeps the two families of mapped addresses apart.
      fc.pre(!isIPv4(net) && !/ffff:/i.test(`${net} ${address}`));
      const list = new BlockList();
      list.addSubnet(net, bits, "ipv6");
      assert.equal(AddressSet.of([`${net}/${bits}`]).has(address), list.check(address, "ipv6"));
    }),
  );
});
