import { existsSync, globSync, rmSync } from "node:fs";
import { join, sep } from "node:path";

/** Folders that `tsc -b` writes a dist folder into. */
const PROJECTS = ["packages/*", "conformance", "examples/*", "benchmarks"];

const OUTPUT = /\.(js|d\.ts|js\.map|d\.ts\.map)$/;

/** Removes built files whose source is gone, so that no test of yesterday passes today; returns their paths. */
export function removeStaleOutput(root: string): string[] {
  const outputs = PROJECTS.flatMap((project) => globSync(`${project}/dist/**/*.{js,ts,map}`, { cwd: root }));
  const stale = outputs.filter((path) => OUTPUT.test(path) && !hasSource(root, path));
  for (const path of stale) rmSync(join(root, path));
  return stale;
}

/** Built tests of the whole workspace, from the root. */
export function listBuiltTests(root: string): string[] {
  return PROJECTS.flatMap((project) => globSync(`${project}/dist/**/*.test.js`, { cwd: root })).toSorted();
}

/** Tests in the source that no build wrote. */
export function listUnbuiltTests(root: string): string[] {
  const sources = PROJECTS.flatMap((project) => globSync(`${project}/src/**/*.test.ts`, { cwd: root }));
  return sources.filter((path) => !existsSync(join(root, toOutput(path)))).toSorted();
}

function hasSource(root: string, output: string): boolean {
  const source = output.replace(OUTPUT, ".ts");
  const [before, after] = source.split(`${sep}dist${sep}`);
  const inSrc = join(root, before ?? "", "src", after ?? "");
  // A project without src/ compiles what stands beside its dist/.
  return existsSync(inSrc) || existsSync(join(root, before ?? "", after ?? ""));
}

function toOutput(source: string): string {
  return source.replace(`${sep}src${sep}`, `${sep}dist${sep}`).replace(/\.ts$/, ".js");
}
