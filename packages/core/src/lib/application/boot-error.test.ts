import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArmatureError } from "@armature/http";
import { compileGraph, inject } from "@armature/di";
import { createRouter } from "@armature/router";
import { compileValidator } from "@armature/schema";
import { flatMapAll } from "../flat-map-all.ts";
import { atPlace } from "../placed-error.ts";
import { BootError, toFaults, withoutRepeats, type BootFault } from "./boot-error.ts";

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

function fail(code: string): never {
  throw new ArmatureError(code, `${code} happened.`);
}

const ONE: BootFault = { code: "E_ONE", message: "One is wrong.", path: ["AppModule", "Service"] };
const TWO: BootFault = { code: "E_TWO", message: "Two is wrong.", path: [] };

describe("BootError", () => {
  test("says how many mistakes there are, and each with its code, place and message", () => {
    const error = new BootError([ONE, TWO]);
    assert.deepEqual([error.name, error.code], ["BootError", "E_BOOT"]);
    assert.deepEqual(error.message.split("\n"), [
      "The application cannot start because of 2 mistakes:",
      "  1. E_ONE  AppModule > Service",
      "     One is wrong.",
      "  2. E_TWO",
      "     Two is wrong.",
    ]);
    assert.match(new BootError([ONE]).message, /^The application cannot start because of one mistake:\n/);
  });

  test("keeps the faults for programs, and what is behind them", () => {
    const cause = new Error("behind");
    const error = new BootError([ONE, TWO], cause);
    assert.deepEqual(error.faults, [ONE, TWO]);
    assert.equal(error.cause, cause);
  });
});

describe("toFaults", () => {
  test("takes errors of the framework by their code", () => {
    assert.deepEqual(toFaults(caught(() => fail("E_X"))), [
      { code: "E_X", message: "E_X happened.", path: [] },
    ]);
    const [schema] = toFaults(caught(() => compileValidator({} as never)));
    assert.equal(schema?.code, "E_SCHEMA_INVALID");
  });

  test("takes the mistakes of a graph with their path and what to do", () => {
    class Missing {}
    class Service {
      readonly missing = inject(Missing);
    }
    const error = caught(() =>
      compileGraph({ name: "AppModule", imports: [], providers: [Service], exports: [] }),
    );
    const [fault, ...others] = toFaults(error);
    assert.deepEqual(others, []);
    assert.equal(fault?.code, "E_DI_MISSING");
    assert.deepEqual(fault?.path.slice(0, 2), ["AppModule", "Service"]);
    const [{ message, mend }] = (error as { faults: [{ message: string; mend: string }] }).faults;
    assert.equal(fault?.message, `${message} ${mend}`);
  });

  test("takes the mistakes of a router one by one", () => {
    const routes = ["/:", "/:a/:a"].map((path) => ({ method: "GET", path, value: 0 }));
    const codes = toFaults(caught(() => createRouter(routes))).map(({ code }) => code);
    assert.deepEqual(codes, ["E_ROUTE_PATTERN", "E_ROUTE_PARAM_DUPLICATE"]);
  });

  test("takes errors out of lists within lists, in order", () => {
    const run = (): unknown =>
      flatMapAll([["E_1", "E_2"], [], ["E_3"]], (codes) => flatMapAll(codes, (code) => fail(code)));
    assert.deepEqual(
      toFaults(caught(run)).map(({ code }) => code),
      ["E_1", "E_2", "E_3"],
    );
  });

  test("puts the places around a mistake in front of its path, the outermost first", () => {
    const placed = caught(() => atPlace("outer", () => atPlace("inner", () => fail("E_X"))));
    assert.deepEqual(toFaults(placed)[0]?.path, ["outer", "inner"]);
    const list = caught(() => atPlace("outer", () => flatMapAll(["E_1", "E_2"], (code) => fail(code))));
    assert.deepEqual(
      toFaults(list).map(({ code, path }) => [code, ...path]),
      [
        ["E_1", "outer"],
        ["E_2", "outer"],
      ],
    );
    assert.deepEqual(toFaults(new BootError([ONE, TWO])), [ONE, TWO]);
  });

  test("takes anything else that is thrown", () => {
    assert.deepEqual(toFaults(new TypeError("a bug")), [{ code: "E_BOOT", message: "a bug", path: [] }]);
    for (const thrown of ["text", 7, undefined, null])
      assert.deepEqual(toFaults(thrown), [{ code: "E_BOOT", message: String(thrown), path: [] }]);
    assert.deepEqual(toFaults({ code: 7, message: "odd", path: "no list" }), [
      { code: "E_BOOT", message: "odd", path: [] },
    ]);
  });
});

test("withoutRepeats keeps the first of those that say the same, and all that say something else", () => {
  const elsewhere = { ...ONE, path: ["OtherModule"] };
  const otherCode = { ...ONE, code: "E_OTHER" };
  const otherText = { ...ONE, message: "One is very wrong." };
  assert.deepEqual(withoutRepeats([ONE, TWO, elsewhere, otherCode, otherText, TWO]), [
    ONE,
    TWO,
    otherCode,
    otherText,
  ]);
});
