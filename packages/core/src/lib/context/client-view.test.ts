import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { HeaderList, type Exchange, type Peer } from "@armature/http";
import { FetchExchange } from "../adapters/fetch-exchange.ts";
import { createClientViews, type ClientView } from "./client-view.ts";
import { ProxyTrust, type ForwardedField, type TrustedProxies } from "./trust-proxy.ts";

interface Seen {
  readonly from?: TrustedProxies;
  readonly fields?: readonly ForwardedField[];
  readonly peer?: Partial<Peer>;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** An exchange with any peer and any fields. */
class PeerExchange extends FetchExchange {
  override readonly peer: Peer;
  readonly #headers: HeaderList;
  reads = 0;

  constructor(peer: Peer, headers: readonly (readonly [string, string])[]) {
    super(new Request("http://ignored/"), 0);
    this.peer = peer;
    this.#headers = HeaderList.fromPairs([["host", "inner:3000"], ...headers]);
  }

  override get headers(): HeaderList {
    this.reads++;
    return this.#headers;
  }
}

function exchangeOf({ peer, headers }: Seen): PeerExchange {
  return new PeerExchange({ address: "10.0.0.1", port: 1, secure: false, ...peer }, headers);
}

function view(seen: Seen): ClientView {
  const { from = ["10.0.0.0/8"], fields } = seen;
  return createClientViews(new ProxyTrust({ from, ...(fields === undefined ? {} : { fields }) }))(
    exchangeOf(seen),
  );
}

function ipBy(chain: string, from: TrustedProxies = ["10.0.0.0/8"]): string {
  return view({ from, headers: [["x-forwarded-for", chain]] }).ip;
}

const FORWARDED = { fields: ["forwarded"] } as const;

const DIRECT: ClientView = { ip: "10.0.0.1", protocol: "http", host: "inner:3000" };
const LIES: Seen["headers"] = [
  ["x-forwarded-for", "1.1.1.1"],
  ["x-forwarded-proto", "https"],
  ["x-forwarded-host", "evil.example"],
  ["x-forwarded-port", "666"],
  ["forwarded", "for=1.1.1.1;proto=https;host=evil.example"],
];

describe("whom a request is believed", () => {
  test("somebody who is not trusted is not believed a word", () => {
    const peer = { address: "203.0.113.5" };
    for (const fields of [undefined, FORWARDED.fields])
      assert.deepEqual(view({ peer, headers: LIES, ...(fields && { fields }) }), {
        ...DIRECT,
        ip: "203.0.113.5",
      });
  });

  test("a peer without an address is trusted only over a Unix domain socket", () => {
    const headers: Seen["headers"] = [["x-forwarded-for", "1.1.1.1"]];
    assert.equal(view({ from: "loopback", peer: { address: "" }, headers }).ip, "");
    assert.equal(view({ from: "loopback", peer: { address: "", unix: true }, headers }).ip, "1.1.1.1");
    assert.equal(view({ from: "private", peer: { address: "", unix: true }, headers }).ip, "");
  });

  test("IPv4 that is mapped into IPv6 is IPv4", () => {
    const headers: Seen["headers"] = [["x-forwarded-for", "::ffff:1.1.1.1"]];
    assert.equal(view({ peer: { address: "::ffff:10.0.0.1" }, headers }).ip, "1.1.1.1");
    assert.equal(view({ peer: { address: "::ffff:11.0.0.1" }, headers }).ip, "11.0.0.1");
  });

  test("fields that the proxies do not set are not read", () => {
    assert.deepEqual(view({ fields: ["x-forwarded-for"], headers: LIES }), { ...DIRECT, ip: "1.1.1.1" });
    const x = view({
      headers: [
        ["forwarded", "for=2.2.2.2"],
        ["x-forwarded-for", "1.1.1.1"],
      ],
    });
    assert.equal(x.ip, "1.1.1.1");
    const rfc = view({
      ...FORWARDED,
      headers: [
        ["forwarded", "for=2.2.2.2"],
        ["x-forwarded-for", "1.1.1.1"],
      ],
    });
    assert.equal(rfc.ip, "2.2.2.2");
  });
});

describe("x-forwarded-*", () => {
  test("the chain is walked from its end to the first who is not trusted", () => {
    assert.equal(ipBy("6.6.6.6, 1.1.1.1, 10.0.0.3, 10.0.0.2"), "1.1.1.1");
    assert.equal(ipBy("10.0.0.3, 10.0.0.2"), "10.0.0.3");
    assert.equal(ipBy(" , 1.1.1.1 ,, "), "1.1.1.1");
    assert.equal(ipBy("[2001:DB8::1]:80"), "2001:db8::1");
    assert.equal(ipBy("2001:DB8::1"), "2001:db8::1");
    assert.equal(ipBy("1.1.1.1:4711"), "1.1.1.1");
    const lines: Seen["headers"] = [
      ["x-forwarded-for", "1.1.1.1"],
      ["x-forwarded-for", "10.0.0.2"],
    ];
    assert.equal(view({ headers: lines }).ip, "1.1.1.1");
  });

  test("a count of proxies passes over as many, whatever they are called", () => {
    assert.equal(ipBy("6.6.6.6, 1.1.1.1", 1), "1.1.1.1");
    assert.equal(ipBy("6.6.6.6, 1.1.1.1, 2.2.2.2", 2), "1.1.1.1");
    assert.equal(ipBy("6.6.6.6, 1.1.1.1, unknown", 2), "1.1.1.1");
    assert.equal(ipBy("1.1.1.1", 5), "1.1.1.1");
  });

  test("a client that cannot be told is nobody, and never the proxy", () => {
    for (const last of ["unknown", "_hidden", "localhost", "1.2.3", "<script>", "\u0000", "10.0.0.0/8"])
      assert.equal(ipBy(`6.6.6.6, ${last}`), "", last);
  });

  test("without a chain the proxy is the client", () => {
    assert.equal(view({ headers: [] }).ip, "10.0.0.1");
    assert.equal(ipBy(""), "10.0.0.1");
    assert.deepEqual(view({ headers: [["x-forwarded-proto", "https"]] }), { ...DIRECT, protocol: "https" });
  });

  test("scheme and host are those of the hop at which the chain ends", () => {
    const headers: Seen["headers"] = [
      ["x-forwarded-for", "6.6.6.6, 1.1.1.1, 10.0.0.2"],
      ["x-forwarded-proto", "http, https, http"],
      ["x-forwarded-host", "evil.example, shop.example, lb.internal"],
    ];
    assert.deepEqual(view({ headers }), { ip: "1.1.1.1", protocol: "https", host: "shop.example" });
  });

  test("one value stands for the whole chain", () => {
    const headers: Seen["headers"] = [
      ["x-forwarded-for", "1.1.1.1, 10.0.0.2"],
      ["x-forwarded-proto", "HTTPS"],
      ["x-forwarded-host", "shop.example:8443"],
    ];
    assert.deepEqual(view({ headers }), { ip: "1.1.1.1", protocol: "https", host: "shop.example:8443" });
  });

  test("schemes and hosts that are none change nothing", () => {
    for (const proto of ["ftp", "javascript", "https:", "", " "])
      assert.equal(view({ headers: [["x-forwarded-proto", proto]] }).protocol, "http", proto);
    for (const host of [
      "a b",
      "a/b",
      "a@b",
      "<b>",
      "a:99999",
      "",
      "::1",
      "a\u0000",
      `${"a".repeat(300)}.example`,
    ])
      assert.equal(view({ headers: [["x-forwarded-host", host]] }).host, "inner:3000", host);
    assert.equal(view({ headers: [["x-forwarded-proto", "wss"]] }).protocol, "https");
  });

  test("a port is added where the host has none and the scheme does not say it", () => {
    const hostBy = (host: string, port: string, proto: string): string =>
      view({
        headers: [
          ["x-forwarded-host", host],
          ["x-forwarded-port", port],
          ["x-forwarded-proto", proto],
        ],
      }).host;
    assert.equal(hostBy("a.example", "8443", "https"), "a.example:8443");
    assert.equal(hostBy("a.example", "443", "https"), "a.example");
    assert.equal(hostBy("a.example", "80", "http"), "a.example");
    assert.equal(hostBy("a.example", "443", "http"), "a.example:443");
    assert.equal(hostBy("a.example:1", "8443", "https"), "a.example:1");
    assert.equal(hostBy("[::1]", "8443", "https"), "[::1]:8443");
    for (const port of ["0", "65536", "x", "-1", "80 80"])
      assert.equal(hostBy("a.example", port, "http"), "a.example");
  });

  test("of a long chain the end counts", () => {
    assert.equal(ipBy(`${"6.6.6.6, ".repeat(100_000)}1.1.1.1`), "1.1.1.1");
    assert.equal(ipBy(`${"6".repeat(100_000)}, 1.1.1.1`), "1.1.1.1");
    assert.equal(ipBy("6".repeat(100_000)), "10.0.0.1");
  });
});

describe("forwarded", () => {
  function forwarded(...lines: readonly string[]): ClientView {
    return view({ ...FORWARDED, headers: lines.map((line) => ["forwarded", line] as const) });
  }

  test("the elements are walked from the last to the first who is not trusted", () => {
    assert.deepEqual(
      forwarded(
        "for=6.6.6.6;host=evil.example;proto=http",
        'for="1.1.1.1:80";host=shop.example;proto=https, for=10.0.0.2;host=lb.internal;proto=http',
      ),
      { ip: "1.1.1.1", protocol: "https", host: "shop.example" },
    );
    assert.equal(forwarded('for="[2001:db8::1]:4711"').ip, "2001:db8::1");
  });

  test("what a farther proxy does not say, a nearer one may", () => {
    assert.deepEqual(forwarded("for=1.1.1.1, for=10.0.0.2;host=shop.example;proto=https"), {
      ip: "1.1.1.1",
      protocol: "https",
      host: "shop.example",
    });
  });

  test("a client that cannot be told is nobody", () => {
    for (const line of [
      "for=unknown",
      "for=_hidden",
      "proto=http",
      "for=localhost",
      'for="',
      "for",
      "for=a;for=b",
    ])
      assert.equal(forwarded(line).ip, "", line);
    assert.equal(forwarded(`for=${"1".repeat(10_000)}`).ip, "");
  });

  test("hosts and schemes that are none change nothing", () => {
    assert.deepEqual(forwarded('for=1.1.1.1;host="a b";proto=ftp'), { ...DIRECT, ip: "1.1.1.1" });
  });

  test("without elements the proxy is the client", () => {
    assert.deepEqual(forwarded(), DIRECT);
    assert.deepEqual(forwarded(" ,"), DIRECT);
  });
});

test("whatever clients write, the proxy's word about them stands", () => {
  const hostile = fc.string({
    unit: fc.constantFrom(...'10.26,:;="\\[]_ \tfor\u00ff'.split("")),
    maxLength: 80,
  });
  fc.assert(
    fc.property(
      hostile,
      fc.ipV4().filter((ip) => !ip.startsWith("10.")),
      (lie, ip) => {
        assert.equal(ipBy(`${lie}, ${ip}`), ip);
        const rfc = view({
          ...FORWARDED,
          headers: [
            ["forwarded", lie],
            ["forwarded", `for=${ip}`],
          ],
        });
        assert.equal(rfc.ip, ip);
      },
    ),
    { numRuns: 1000 },
  );
});

test("a request is read once, and not before it is asked for", () => {
  const views = createClientViews(new ProxyTrust({ from: "private" }));
  const exchange = exchangeOf({ headers: LIES });
  assert.equal(exchange.reads, 0);
  const first = views(exchange satisfies Exchange);
  const { reads } = exchange;
  assert.ok(reads > 0);
  assert.equal(views(exchange), first);
  assert.equal(exchange.reads, reads);
});
