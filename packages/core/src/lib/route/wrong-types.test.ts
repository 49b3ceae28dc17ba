import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { compileProject, type CompileError } from "./compile-project.test.kit.ts";

// `@ts-expect-error` takes any error at all. Here each is held against the code and the words that stand behind it.

interface Expected {
  readonly file: string;
  readonly line: number;
  readonly code: number;
  readonly words: string;
}

const SOURCE = join(import.meta.dirname, "../../../src/lib");

function readTypeTests(): Map<string, string> {
  const paths = globSync("{route,application}/*.test-d.ts", { cwd: SOURCE }).toSorted();
  return new Map(paths.map((path) => [basename(path), readFileSync(join(SOURCE, path), "utf8")]));
}

function expectedIn([file, text]: readonly [string, string]): Expected[] {
  return text.split("\n").flatMap((comment, at) => {
    if (!comment.includes("@ts-expect-error")) return [];
    const [, code, words] = /\/\/ @ts-expect-error (\d+) (.+)/.exec(comment) ?? [];
    assert.ok(code !== undefined && words !== undefined, `${file}:${at + 1} lacks its code and words`);
    return [{ file, line: at + 2, code: Number(code), words }];
  });
}

/** The same lines, with the errors in the open; the door of the package by its name. */
function uncover(text: string): string {
  return text.replaceAll("@ts-expect-error", "expected").replace(/"[./]+\/index\.ts"/, '"@armature/core"');
}

function compareWith(errors: ReadonlyMap<string, CompileError>): (wanted: Expected) => string[] {
  return ({ file, line, code, words }) => {
    const place = placeOf({ file, line });
    const error = errors.get(place);
    if (error === undefined) return [`${place} compiles, but should not`];
    const isThis = error.code === code && error.message.includes(words);
    return isThis ? [] : [`${place} expects ${code} ${words}; got ${error.code} ${error.message}`];
  };
}

function placeOf({ file, line }: Pick<CompileError, "file" | "line">): string {
  return `${file}:${line}`;
}

test("every wrong handler of the type tests fails for the reason that it names, and nothing else fails", () => {
  const files = readTypeTests();
  const expected = [...files].flatMap(expectedIn);
  const { errors } = compileProject(new Map([...files].map(([file, text]) => [file, uncover(text)])));
  const byPlace = new Map(errors.map((error) => [placeOf(error), error]));
  assert.deepEqual(expected.flatMap(compareWith(byPlace)), []);
  assert.deepEqual(errors.map(placeOf).toSorted(), expected.map(placeOf).toSorted());
  assert.ok(expected.length >= 60, `only ${expected.length} wrong handlers`);
});
