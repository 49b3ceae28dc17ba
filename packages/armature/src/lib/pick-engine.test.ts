import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger, type Logger } from "@armature/core";
import { nativeEngineFault } from "@armature/engine-native";
import { pickEngine } from "./pick-engine.ts";

const missing = (): string => "it is not built.";

/** A logger that keeps its warnings. */
function listening(): { readonly logger: Logger; readonly warnings: string[] } {
  const warnings: string[] = [];
  const warn = (_fields: object, message?: string): number => warnings.push(message ?? "");
  return { logger: { ...silentLogger, warn }, warnings };
}

test("where the native engine is not built the other one serves, and says so to those who asked for it", () => {
  const { logger, warnings } = listening();
  assert.equal(pickEngine("native", logger, missing).name, "ts");
  assert.deepEqual(warnings, ["The TypeScript engine serves in place of the native one: it is not built."]);
});

test("nobody is told who did not ask", () => {
  const { logger, warnings } = listening();
  assert.equal(pickEngine(undefined, logger, missing).name, "ts");
  assert.equal(pickEngine("ts", logger, missing).name, "ts");
  assert.deepEqual(warnings, []);
});

test("a logger that fails is no reason not to serve", () => {
  const warn = (): never => {
    throw new Error("on purpose");
  };
  assert.equal(pickEngine("native", { ...silentLogger, warn }, missing).name, "ts");
});

test("nothing native is looked at where another engine is chosen", () => {
  const asked = (): never => assert.fail("it was looked at");
  assert.equal(pickEngine("ts", silentLogger, asked).name, "ts");
  const own = pickEngine("ts", silentLogger, asked);
  assert.equal(pickEngine(own, silentLogger, asked), own);
});

test("an engine of one's own is taken as it is", () => {
  const own = pickEngine("ts", silentLogger);
  assert.equal(pickEngine(own, silentLogger), own);
});

test("where the native engine is built it is taken", { skip: nativeEngineFault() ?? false }, () => {
  assert.equal(pickEngine(undefined, silentLogger).name, "native");
  assert.equal(pickEngine("native", silentLogger).name, "native");
});
