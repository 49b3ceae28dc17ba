import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compilePrograms, findPrograms, readDocument } from "./guides.ts";

const ROOT = join(import.meta.dirname, "..");

test("every program of the documents compiles", () => {
  const files = ["README.md", ...globSync("docs/guides/*.md", { cwd: ROOT })];
  const programs = files.flatMap((file) => findPrograms(file, readDocument(ROOT, file)));
  assert.ok(programs.length > 5, `only ${programs.length} programs were found`);
  assert.equal(compilePrograms(ROOT, programs), "");
});

test("a program that does not compile is named with its place", () => {
  const markdown = 'A text.\n\n```ts\nimport { armature } from "armature";\n\narmature().gett("/");\n```\n';
  const output = compilePrograms(ROOT, findPrograms("a.md", markdown));
  assert.match(output, /^a\.md:3\(3,12\): error TS2\d+:.*gett/m);
});

test("only blocks that stand on their own are programs", () => {
  const markdown = "```ts\nconst a = 1;\n```\n\n```sh\nimport x\n```\n";
  assert.deepEqual(findPrograms("a.md", markdown), []);
});
