import assert from "node:assert/strict";
import { test } from "node:test";
import { findings } from "./fixture.ts";
import { signatures } from "./signatures.ts";

const ROOM = "packages/http/src/lib/size.ts";

for (const text of [
  "export const size: any = 1;",
  "export function size(a: any): void {}",
  "export function size<T extends any[]>(): T {}",
  "export class size { a: any; }",
  "export class size { a(b: Map<string, any>): void {} }",
  "export interface size { a(): any }",
  "export type size = any;",
])
  test(`any is found in ${text}`, () => {
    assert.equal(findings(signatures, { [ROOM]: text }).length, 1);
  });

for (const text of [
  "export function size(): void { const a: any = 1; }",
  "export class size { #a: any; private b: any; }",
  "const inner: any = 1; export const size: number = inner as any;",
])
  test(`any does not show in ${text}`, () => {
    assert.deepEqual(findings(signatures, { [ROOM]: text }), []);
  });
