import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HeaderBlock, type FieldList, type ResponseHead } from "@armature/http";
import { upgradeHead } from "./upgrade-head.ts";

const SWITCH: ResponseHead = { status: 101, block: HeaderBlock.empty, fields: ["sec-websocket-accept", "x"] };

function fieldsOf(own: FieldList): FieldList | null {
  return upgradeHead(SWITCH, own).fields;
}

describe("upgradeHead", () => {
  test("has the fields of stages in front of those of the new protocol", () => {
    const own = ["set-cookie", "a=1", "set-cookie", "b=2", "x-a", "1"];
    assert.deepEqual(fieldsOf(own), [...own, "sec-websocket-accept", "x"]);
    assert.deepEqual(upgradeHead({ ...SWITCH, fields: null }, ["x-a", "1"]).fields, ["x-a", "1"]);
  });

  test("has of each field that the protocol says the protocol's line alone", () => {
    const head = { ...SWITCH, fields: ["x-a", "2"] };
    assert.deepEqual(upgradeHead(head, ["x-a", "1", "x-b", "1"]).fields, ["x-b", "1", "x-a", "2"]);
  });

  const LEFT_OUT =
    "connection upgrade keep-alive te trailer transfer-encoding content-encoding content-length content-range content-type " +
    "sec-websocket-accept sec-websocket-extensions sec-websocket-protocol";
  for (const name of LEFT_OUT.split(" "))
    test(`leaves out ${name}`, () => {
      assert.deepEqual(fieldsOf([name, "1", "x-a", "1"]), ["x-a", "1", "sec-websocket-accept", "x"]);
    });

  test("keeps what only sounds like it", () => {
    for (const name of ["content-security-policy", "x-upgrade", "date"])
      assert.deepEqual(fieldsOf([name, "1"]), [name, "1", "sec-websocket-accept", "x"]);
  });
});
