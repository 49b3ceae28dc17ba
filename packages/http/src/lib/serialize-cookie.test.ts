import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { assertField } from "./header-block.ts";
import { serializeCookie, type CookieOptions } from "./serialize-cookie.ts";

const SAFE = "; Path=/; Secure; HttpOnly; SameSite=Lax";

test("the defaults are safe", () => {
  assert.equal(serializeCookie("a", "1"), `a=1${SAFE}`);
});

test("an option that is undefined keeps its safe default", () => {
  const options = { secure: undefined, httpOnly: undefined, sameSite: undefined, path: undefined };
  assert.equal(serializeCookie("a", "1", options as unknown as CookieOptions), `a=1${SAFE}`);
});

test("every attribute is written", () => {
  const expires = new Date(784_111_777_000);
  assert.equal(
    serializeCookie("a", "1", {
      maxAgeSeconds: 60,
      expires,
      domain: "example.com",
      path: "/x",
      sameSite: "none",
      partitioned: true,
      priority: "high",
    }),
    "a=1; Max-Age=60; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Domain=example.com; Path=/x; Secure; HttpOnly; SameSite=None; Partitioned; Priority=High",
  );
  assert.equal(
    serializeCookie("a", "1", { secure: false, httpOnly: false, sameSite: "strict", priority: "low" }),
    "a=1; Path=/; SameSite=Strict; Priority=Low",
  );
  assert.match(serializeCookie("a", "", { maxAgeSeconds: 0 }), /^a=; Max-Age=0; /);
});

suite("values", () => {
  test("characters that a cookie cannot have are encoded, all others stay", () => {
    const plain = "!#$&'()*+-./0123456789:<=>?@ABCXYZ[]^_`abcxyz{|}~";
    assert.equal(serializeCookie("a", plain), `a=${plain}${SAFE}`);
    assert.equal(
      serializeCookie("a", ' ",;\\%\r\n\t\0ä🍪'),
      `a=%20%22%2C%3B%5C%25%0D%0A%09%00%C3%A4%F0%9F%8D%AA${SAFE}`,
    );
  });

  test("any value is one attribute-free field value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (value) => {
        const field = serializeCookie("a", value);
        assertField("set-cookie", field);
        assert.equal(field.indexOf(";"), field.length - SAFE.length);
      }),
    );
  });

  test("half a surrogate pair has no UTF-8 form", () => {
    assert.throws(() => serializeCookie("a", "x\ud800"), { code: "E_COOKIE_VALUE_INVALID", status: 500 });
  });

  test("more than browsers keep is refused", () => {
    assert.equal(serializeCookie("ab", "x".repeat(4094)).length, 4097 + SAFE.length);
    assert.throws(() => serializeCookie("ab", "x".repeat(4095)), /at most 4096 bytes \(got 4097\)/);
    assert.throws(() => serializeCookie("a", "ä".repeat(700)), { code: "E_COOKIE_TOO_LARGE" });
  });
});

test("names are tokens", () => {
  for (const name of ["", "a b", "a=b", "a;b", "a\r\nb", "ä", "a,b"]) {
    assert.throws(() => serializeCookie(name, "1"), { code: "E_COOKIE_NAME_INVALID", status: 500 });
  }
});

suite("attributes out of their range", () => {
  const invalid: Readonly<Record<string, readonly unknown[]>> = {
    maxAgeSeconds: [1.5, Number.NaN, Number.POSITIVE_INFINITY, "60"],
    expires: [new Date(Number.NaN), new Date(-20_000_000_000_000), new Date(8_640_000_000_000_000)],
    domain: ["", "a b", "a;b", "a..b", "-a", "a-", "ex\u00e4mple.com", "a.com\r\nx: y", "http://a"],
    path: ["", "x", "/a;b", "/a\n", "/\u00e4"],
    sameSite: ["Lax", "", "toString", true],
    priority: ["High", 1, "constructor"],
  };

  for (const [name, values] of Object.entries(invalid)) {
    test(`${name} is refused, and the message says the value`, () => {
      for (const value of values) {
        const options = { [name]: value } as CookieOptions;
        assert.throws(
          () => serializeCookie("a", "1", options),
          (error: Error & { code?: string }) =>
            error.code === "E_COOKIE_ATTRIBUTE_INVALID" &&
            error.message.includes(`"${name}" of the cookie "a"`),
          `${name}: ${String(value)}`,
        );
      }
    });
  }

  test("the message quotes texts", () => {
    assert.throws(() => serializeCookie("a", "1", { path: "x" }), {
      message:
        'The option "path" of the cookie "a" must be ASCII that starts with "/" and has no ";" (got "x").',
    });
    assert.throws(() => serializeCookie("a", "1", { maxAgeSeconds: 1.5 }), /\(got 1\.5\)\.$/);
  });

  test("longer than browsers take is refused", () => {
    const path = `/${"x".repeat(1023)}`;
    assert.ok(serializeCookie("a", "1", { path }).includes(`; Path=${path};`));
    for (const options of [{ path: `${path}x` }, { domain: "x".repeat(1025) }]) {
      assert.throws(() => serializeCookie("a", "1", options), { code: "E_COOKIE_TOO_LARGE", status: 500 });
    }
  });

  test("what is in range is taken", () => {
    for (const domain of ["localhost", ".example.com", "a-b.c1.example", "xn--bcher-kva.example", "a"]) {
      assert.match(
        serializeCookie("a", "1", { domain }),
        new RegExp(`; Domain=${domain.replaceAll(".", "\\.")};`),
      );
    }
    for (const year of [1601, 9999]) {
      const expires = new Date(Date.UTC(year, 6));
      assert.match(serializeCookie("a", "1", { expires }), new RegExp(`Expires=.* Jul ${year} `));
    }
    assert.match(serializeCookie("a", "1", { maxAgeSeconds: -1 }), /Max-Age=-1/);
    assert.match(serializeCookie("a", "1", { path: "/a b/c=d" }), /Path=\/a b\/c=d/);
  });
});

suite("what browsers would drop without a word", () => {
  test("cross-site and partitioned cookies need secure", () => {
    for (const options of [{ sameSite: "none" }, { partitioned: true }] as const) {
      assert.throws(() => serializeCookie("a", "1", { ...options, secure: false }), {
        code: "E_COOKIE_INSECURE",
      });
    }
    assert.match(serializeCookie("a", "1", { sameSite: "lax", secure: false }), /SameSite=Lax/);
  });

  test("prefixes need what they promise, in any case", () => {
    const broken: readonly (readonly [name: string, options: CookieOptions, needs: string])[] = [
      ["__Secure-a", { secure: false }, "secure: true"],
      ["__secure-a", { secure: false }, "secure: true"],
      ["__Host-a", { secure: false }, "secure: true"],
      ["__HOST-a", { path: "/x" }, 'path: "/"'],
      ["__Host-a", { domain: "example.com" }, "no domain"],
      ["__Host-a", { domain: "example.com", path: "/x" }, 'path: "/" and no domain'],
      ["__Http-a", { httpOnly: false }, "httpOnly: true"],
      ["__Host-Http-a", { httpOnly: false, path: "/x" }, 'httpOnly: true and path: "/"'],
    ];
    for (const [name, options, needs] of broken) {
      assert.throws(
        () => serializeCookie(name, "1", options),
        (error: Error & { code?: string }) =>
          error.code === "E_COOKIE_PREFIX" && error.message.endsWith(`need ${needs}.`),
        name,
      );
    }
  });

  test("the defaults keep every promise", () => {
    for (const prefix of ["__Secure-", "__Host-", "__Http-", "__Host-Http-"]) {
      assert.equal(serializeCookie(`${prefix}a`, "1"), `${prefix}a=1${SAFE}`);
    }
    assert.match(serializeCookie("__Secure-a", "1", { domain: "example.com", path: "/x" }), /Path=\/x/);
    assert.match(serializeCookie("__Hostile-a", "1", { secure: false }), /SameSite/);
  });
});
