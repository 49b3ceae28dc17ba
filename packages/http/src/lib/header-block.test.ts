import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assertField, encodeFields, HeaderBlock, vouchFor } from "./header-block.ts";

test("a block has its fields in lower case and their lines", () => {
  const block = new HeaderBlock(["Content-Type", "text/plain", "X-A", "B\tc \u00fc"]);
  assert.deepEqual(block.fields, ["content-type", "text/plain", "x-a", "B\tc \u00fc"]);
  assert.equal(block.wire, "content-type: text/plain\r\nx-a: B\tc \u00fc\r\n");
});

test("the empty block writes nothing", () => {
  assert.equal(HeaderBlock.empty.wire, "");
  assert.deepEqual(HeaderBlock.empty.fields, []);
  assert.equal(HeaderBlock.empty.hasDate, false);
  assert.equal(HeaderBlock.empty.closes, false);
});

test("a date is seen among names, not among values", () => {
  assert.equal(new HeaderBlock(["Date", "x"]).hasDate, true);
  assert.equal(new HeaderBlock(["x", "date"]).hasDate, false);
});

test("connection: close is seen, in any case and among other options", () => {
  assert.equal(new HeaderBlock(["Connection", "Close"]).closes, true);
  assert.equal(new HeaderBlock(["connection", "x-a , close"]).closes, true);
  assert.equal(new HeaderBlock(["connection", "keep-alive"]).closes, false);
  assert.equal(new HeaderBlock(["connection", "closed"]).closes, false);
  assert.equal(new HeaderBlock(["x", "close"]).closes, false);
});

test("values are written as they are, names as they were given", () => {
  assert.equal(encodeFields(["X-A", "1", "x-a", ""]), "X-A: 1\r\nx-a: \r\n");
});

test("a name without a value is refused", () => {
  for (const build of [encodeFields, (fields: string[]) => new HeaderBlock(fields)]) {
    assert.throws(() => build(["a", "1", "b"]), { code: "E_HEADER_LIST_ODD", status: 500 });
  }
});

suite("vouchFor", () => {
  test("a value that was vouched for is written as it is", () => {
    vouchFor("id-1");
    assert.equal(encodeFields(["x-a", "id-1"]), "x-a: id-1\r\n");
  });

  test("other values are looked at, and all names", () => {
    vouchFor("id-2");
    assert.throws(() => encodeFields(["x-a", "id-2\n"]), { code: "E_HEADER_VALUE_INVALID" });
    assert.throws(() => encodeFields(["x a", "id-2"]), { code: "E_HEADER_NAME_INVALID" });
    assert.throws(() => encodeFields(["x-a", "id-2", "x-b", "\0"]), { code: "E_HEADER_VALUE_INVALID" });
  });
});

suite("assertField", () => {
  // Tab and what can be seen: RFC 9110, 5.5.
  const isAllowed = (code: number): boolean => code === 9 || (code >= 0x20 && code <= 0xff && code !== 0x7f);

  test("every character up to U+017F is allowed in a value, or refused, wherever it stands", () => {
    for (let code = 0; code < 0x180; code++) {
      const char = String.fromCharCode(code);
      for (const value of [char, `a${char}`, `${char}b`, `a${char}b`]) {
        const check = (): void => assertField("x-a", value);
        if (isAllowed(code)) check();
        else assert.throws(check, { code: "E_HEADER_VALUE_INVALID", status: 500 }, `U+${code.toString(16)}`);
      }
    }
  });

  test("line ends cannot smuggle a header", () => {
    for (const value of ["a\r\nset-cookie: x=1", "a\nb", "a\r", "\u560d\u560a", "a\r\n b"]) {
      assert.throws(() => assertField("location", value), { code: "E_HEADER_VALUE_INVALID" });
    }
  });

  test("names are tokens", () => {
    for (const name of ["", "a b", "a:", "a\r\nb", "\u00fc", "a\u0000", "\u212aeep"]) {
      assert.throws(() => assertField(name, "x"), { code: "E_HEADER_NAME_INVALID", status: 500 });
      assert.throws(() => new HeaderBlock([name, "x"]), { code: "E_HEADER_NAME_INVALID" });
    }
  });

  test("framing belongs to the engine", () => {
    for (const name of ["Content-Length", "transfer-encoding", "Keep-Alive", "TE"]) {
      assert.throws(() => assertField(name, "1"), { code: "E_HEADER_FRAMING", status: 500 });
    }
  });

  test("messages say which value, and not all of a long one", () => {
    assert.throws(() => assertField("x-a", `\n${"y".repeat(500)}`), /"\\ny{10,80}\.\.\."/);
    assert.throws(() => assertField("bad name", "x"), /"bad name" is not a token/);
  });
});
