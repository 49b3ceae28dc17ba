import assert from "node:assert/strict";
import { test } from "node:test";
import { isConstructor, isToken, labelOf, token } from "./token.ts";

test("tokens of the same name are different tokens", () => {
  assert.notEqual(token<number>("PORT"), token<number>("PORT"));
  assert.equal(token<number>("PORT").name, "PORT");
});

test("classes and tokens are tokens, and nothing else is", () => {
  abstract class Shape {
    abstract readonly area: number;
  }
  for (const good of [Date, Shape, token("A"), token.multi("B")]) assert.ok(isToken(good), labelOf(good));
  for (const bad of [undefined, null, "A", 1, {}, [], () => 1, Object.assign, async function () {}]) {
    assert.ok(!isToken(bad), `${typeof bad} is no token`);
  }
});

test("asking whether something is a class does not call it", () => {
  let called = false;
  function Old(): void {
    called = true;
  }
  assert.ok(isConstructor(Old));
  assert.ok(!called);
});

test("a class without a name has a label all the same", () => {
  assert.equal(
    labelOf(
      class {
        field = 1;
      },
    ),
    "(anonymous class)",
  );
});
