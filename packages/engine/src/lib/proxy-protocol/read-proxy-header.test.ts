import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { crc32c } from "./crc32c.ts";
import type { ProxyHeader } from "./proxy-header.ts";
import { readProxyHeader } from "./read-proxy-header.ts";

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

const NOBODY = { source: null, tls: null, authority: null };

function tlv(type: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value as string); // both kinds are taken
  return Buffer.concat([Buffer.of(type, bytes.length >> 8, bytes.length & 0xff), bytes]);
}

function v2(command: number, family: number, ...parts: readonly Uint8Array[]): Buffer {
  const rest = Buffer.concat(parts);
  return Buffer.concat([
    Buffer.of(...SIGNATURE, command, family, rest.length >> 8, rest.length & 0xff),
    rest,
  ]);
}

/** 198.51.100.7:4711 to 192.0.2.1:443. */
const TCP4 = Buffer.of(198, 51, 100, 7, 192, 0, 2, 1, 0x12, 0x67, 0x01, 0xbb);
const TCP6 = Buffer.concat([
  Buffer.from("20010db8000000000000000000000007", "hex"),
  Buffer.from("20010db8000000000000000000000001", "hex"),
  Buffer.of(0x12, 0x67, 0x01, 0xbb),
]);

/** A header with its checksum in the last place. */
function checked(...parts: readonly Uint8Array[]): Buffer {
  const header = v2(0x21, 0x11, TCP4, ...parts, tlv(0x03, Buffer.alloc(4)));
  header.writeUInt32BE(crc32c(header), header.length - 4);
  return header;
}

function read(bytes: Buffer): ProxyHeader {
  const header = readProxyHeader(bytes);
  assert.ok(header !== null && typeof header !== "string", JSON.stringify(header));
  return header;
}

function refusal(bytes: Buffer | string): string {
  const header = readProxyHeader(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  assert.ok(typeof header === "string", JSON.stringify(header));
  return header;
}

describe("version 1", () => {
  test("tells the client", () => {
    for (const [line, address, port] of [
      ["PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n", "198.51.100.7", 4711],
      ["PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255", 65535],
      ["PROXY TCP6 2001:DB8::7 2001:db8::1 0 443\r\n", "2001:db8::7", 0],
      ["PROXY TCP6 ::ffff:198.51.100.7 ::1 1 443\r\n", "198.51.100.7", 1],
    ] as const)
      assert.deepEqual(read(Buffer.from(line)), {
        ...NOBODY,
        length: line.length,
        source: { address, port },
      });
  });

  test("may not know it", () => {
    const longest = `PROXY UNKNOWN${" ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff".repeat(2)} 65535 65535\r\n`;
    assert.equal(longest.length, 107);
    for (const line of ["PROXY UNKNOWN\r\n", "PROXY UNKNOWN whatever it says\r\n", longest])
      assert.deepEqual(read(Buffer.from(line)), { ...NOBODY, length: line.length });
  });

  test("is refused where it is malformed", () => {
    for (const line of [
      "PROXY\r\n",
      "PROXY \r\n",
      "PROXY TCP5 1.2.3.4 1.2.3.4 1 1\r\n",
      "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
      "PROXY TCP4  1.2.3.4 1.2.3.4 1 1\r\n",
      "PROXY TCP4 1.2.3.4 1.2.3.4 1 1 \r\n",
      "PROXY TCP4 1.2.3.4 1.2.3 1 1\r\n",
      "PROXY TCP4 01.2.3.4 1.2.3.4 1 1\r\n",
      "PROXY TCP4 ::1 ::1 1 1\r\n",
      "PROXY TCP6 1.2.3.4 1.2.3.4 1 1\r\n",
      "PROXY TCP4 1.2.3.4 1.2.3.4 65536 1\r\n",
      "PROXY TCP4 1.2.3.4 1.2.3.4 01 1\r\n",
      "PROXY TCP4 1.2.3.4 1.2.3.4 1 -1\r\n",
      "PROXY UNKNOWNX\r\n",
      "proxy TCP4 1.2.3.4 1.2.3.4 1 1\r\n",
      "PROXY TCP4 1.2.3.4 1.2.3.4 1 1\n",
      "PROXX",
      "POST / HTTP/1.1\r\n",
      "GET",
      "\x16\x03\x01",
      `PROXY UNKNOWN ${"x".repeat(93)}`,
    ])
      refusal(line);
  });
});

describe("version 2", () => {
  test("tells the client of every family", () => {
    assert.deepEqual(read(v2(0x21, 0x11, TCP4)).source, { address: "198.51.100.7", port: 4711 });
    assert.deepEqual(read(v2(0x21, 0x21, TCP6)).source, { address: "2001:db8::7", port: 4711 });
    const mapped = Buffer.concat([Buffer.from("00000000000000000000ffffc6336407", "hex"), TCP6.subarray(16)]);
    assert.deepEqual(read(v2(0x21, 0x21, mapped)).source, { address: "198.51.100.7", port: 4711 });
    assert.deepEqual(read(v2(0x21, 0x31, Buffer.alloc(216, "/a"))).source, { address: "", port: 0 });
  });

  test("may speak for the proxy itself, or of nobody", () => {
    for (const header of [
      v2(0x20, 0x00),
      v2(0x20, 0x11, TCP4),
      v2(0x20, 0x00, Buffer.from("whatever it says")),
      v2(0x21, 0x00),
      v2(0x21, 0x00, Buffer.from("whatever it says")),
      v2(0x21, 0x41, Buffer.from("a family of tomorrow")),
      v2(0x21, 0x12, TCP4),
      v2(0x21, 0x10, TCP4),
    ])
      assert.deepEqual(read(header), { ...NOBODY, length: header.length });
  });

  test("tells of the client's encryption and the name that it asked for", () => {
    const ssl = (client: number, verify: number): Buffer =>
      tlv(
        0x20,
        Buffer.concat([
          Buffer.of(client, 0, 0, 0, verify),
          tlv(0x21, "TLSv1.3"),
          tlv(0x22, "alice"),
          tlv(0x23, "TLS_AES_128_GCM_SHA256"),
        ]),
      );
    const header = (client: number, verify = 0): ProxyHeader =>
      read(v2(0x21, 0x11, TCP4, tlv(0x02, "shop.example"), tlv(0x01, "h2"), ssl(client, verify)));
    const tls = { protocol: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256" };
    assert.deepEqual(header(0x01).tls, { ...tls, authorized: false });
    assert.deepEqual(header(0x03).tls, { ...tls, authorized: true });
    assert.deepEqual(header(0x05).tls, { ...tls, authorized: true });
    assert.deepEqual(header(0x03, 1).tls, { ...tls, authorized: false });
    assert.equal(header(0x00).tls, null);
    assert.equal(header(0x01).authority, "shop.example");
    assert.deepEqual(read(v2(0x21, 0x11, TCP4, tlv(0x20, Buffer.of(1, 0, 0, 0, 0)))).tls, {
      protocol: "",
      cipher: "",
      authorized: false,
    });
  });

  test("may have a checksum, which has to be right then", () => {
    const header = checked(tlv(0x05, "an id"), tlv(0x04, Buffer.alloc(3)));
    assert.deepEqual(read(header).source, { address: "198.51.100.7", port: 4711 });
    // All but types and lengths: those can hide the checksum.
    const places = [...header.keys()].filter(
      (at) => at >= 16 && (at < 28 || (at >= 31 && at < 36) || at >= header.length - 4),
    );
    for (const at of places) {
      const broken = Buffer.from(header);
      broken.writeUInt8(broken.readUInt8(at) ^ 1, at);
      refusal(broken);
    }
    assert.match(refusal(v2(0x21, 0x11, TCP4, tlv(0x03, Buffer.alloc(3)))), /checksum/);
  });

  test("is refused where it is malformed", () => {
    const wrongSignature = v2(0x21, 0x11, TCP4);
    wrongSignature[11] = 0x0b;
    for (const header of [
      wrongSignature,
      Buffer.from("\r\n\r\n\0\r\nQUIX"),
      Buffer.from("\r\nGET"),
      v2(0x11, 0x11, TCP4),
      v2(0x22, 0x11, TCP4),
      v2(0x31, 0x11, TCP4),
      v2(0x21, 0x11, TCP4.subarray(1)),
      v2(0x21, 0x21, TCP4),
      v2(0x21, 0x31, TCP4),
      v2(0x21, 0x11, TCP4, Buffer.of(0x02)),
      v2(0x21, 0x11, TCP4, Buffer.of(0x02, 0x00, 0x01)),
      v2(0x21, 0x11, TCP4, tlv(0x20, Buffer.of(1, 0, 0, 0))),
      v2(0x21, 0x11, TCP4, tlv(0x20, Buffer.of(1, 0, 0, 0, 0, 0x21))),
      Buffer.of(...SIGNATURE, 0x21, 0x11, 0x0f, 0xf1),
    ])
      refusal(header);
  });
});

const tlvs = fc.array(
  fc.tuple(fc.constantFrom(0x01, 0x02, 0x04, 0x05, 0x30, 0xee), fc.uint8Array({ maxLength: 40 })),
  { maxLength: 5 },
);
const headers = fc.oneof(
  tlvs.map((values) => v2(0x21, 0x11, TCP4, ...values.map(([type, value]) => tlv(type, value)))),
  tlvs.map((values) => v2(0x21, 0x21, TCP6, ...values.map(([type, value]) => tlv(type, value)))),
  tlvs.map((values) => checked(...values.map(([type, value]) => tlv(type, value)))),
  fc
    .tuple(fc.ipV4(), fc.integer({ min: 0, max: 65535 }))
    .map(([address, port]) => Buffer.from(`PROXY TCP4 ${address} 192.0.2.1 ${port} 443\r\n`)),
);

test("no part of a header is one, and what follows it changes nothing", () => {
  fc.assert(
    fc.property(headers, fc.uint8Array({ maxLength: 50 }), (header, rest) => {
      for (let end = 0; end < header.length; end++)
        assert.equal(readProxyHeader(header.subarray(0, end)), null);
      assert.deepEqual(readProxyHeader(Buffer.concat([header, rest])), {
        ...read(header),
        length: header.length,
      });
    }),
    { numRuns: 200 },
  );
});

test("no bytes throw, and those that are refused stay so", () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([Buffer.of(...SIGNATURE, 0x21), bytes])),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => v2(0x21, 0x11, TCP4, bytes)),
    fc
      .string({ unit: fc.constantFrom(..."PROXY TCP46UNKOW.:1\r\n".split("")), maxLength: 120 })
      .map((text) => Buffer.from(text)),
    fc.string({ maxLength: 120 }).map((text) => Buffer.from(`PROXY TCP4 ${text}\r\n`)),
  );
  fc.assert(
    fc.property(hostile, fc.uint8Array({ maxLength: 20 }), (bytes, more) => {
      const header = readProxyHeader(Buffer.from(bytes));
      if (typeof header === "string")
        assert.equal(typeof readProxyHeader(Buffer.concat([bytes, more])), "string");
    }),
    { numRuns: 3000 },
  );
});

test("CRC32C has the check value of its polynomial", () => {
  assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
});
