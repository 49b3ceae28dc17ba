import assert from "node:assert/strict";
import { test } from "node:test";
import { isToken } from "./token.ts";

// RFC 9110, 5.6.2: letters, digits, and these.
const TCHAR = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/;

test("every character up to U+017F is a token character or not, as RFC 9110 says", () => {
  for (let code = 0; code < 0x180; code++) {
    const char = String.fromCharCode(code);
    const expected = code < 0x80 && TCHAR.test(char);
    assert.equal(isToken(char), expected, `U+${code.toString(16)}`);
    assert.equal(isToken(`a${char}b`), expected, `U+${code.toString(16)} inside`);
  }
});

test("nothing is no token, and a line end at the end counts", () => {
  assert.equal(isToken(""), false);
  assert.equal(isToken("a\n"), false);
  assert.equal(isToken("\u212a"), false); // KELVIN SIGN, whose lower case is "k"
});
