import assert from "node:assert/strict";
import type { ModuleSpec } from "../declare/module-spec.ts";
import { type Fault, GraphError } from "../fault/fault.ts";
import { compileGraph, type CompileOptions } from "./compile-graph.ts";

/** What the check finds; nothing where the graph is in order. */
export function faultsOf(root: ModuleSpec, options?: CompileOptions): readonly Fault[] {
  try {
    compileGraph(root, options);
  } catch (error) {
    assert.ok(error instanceof GraphError, String(error));
    assert.equal(error.code, "E_DI_GRAPH");
    return error.faults;
  }
  return [];
}

/** Code, path, message and mend of each fault, as a reader sees them. */
export function report(root: ModuleSpec, options?: CompileOptions): string[][] {
  return faultsOf(root, options).map(({ code, path, message, mend }) => [
    code,
    path.join(" > "),
    message,
    mend,
  ]);
}
