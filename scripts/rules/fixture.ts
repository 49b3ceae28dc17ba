import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readWorkspace, type Rule } from "./workspace.ts";

/** File contents by path; objects are written as JSON, `null` leaves a file of the sound workspace out. */
export type Files = Readonly<Record<string, string | object | null>>;

const COMMON = {
  version: "0.1.0",
  license: "MIT",
  files: ["dist", "!dist/**/*.test.*", "!dist/**/*.test-d.*", "!dist/**/*.tsbuildinfo"],
  type: "module",
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  engines: { node: ">=22.15" },
};

/** A package.json that keeps all rules, with some members of its own. */
export function manifest(name: string, own: object = {}): object {
  return { name, ...COMMON, ...own };
}

/** A workspace that keeps all rules: two packages of floor 0, and one of floor 1 on top. */
const SOUND: Files = {
  "package.json": { name: "workspace", private: true, devDependencies: { "fast-check": "4.0.0" } },
  "tsconfig.json": {
    references: [{ path: "packages/http" }, { path: "packages/router" }, { path: "packages/engine" }],
  },
  "README.md": "npm install && npm start\nnpm install && npm test   # everything\n",
  ".ci/run": "#!/bin/sh\nnpm install && npm test\n",
  "docs/errors.md": "| Code | When | What to do |\n| --- | --- | --- |\n| `E_SIZE` | 413 | Send less. |\n",
  "packages/http/package.json": manifest("@armature/http"),
  "packages/http/tsconfig.json": {},
  "packages/http/src/index.ts": 'export { size } from "./lib/size.ts";\n',
  "packages/http/src/lib/size.ts": '/** A size. */\nexport const size: string = "E_SIZE";\n',
  "packages/router/package.json": manifest("@armature/router"),
  "packages/router/tsconfig.json": {},
  "packages/router/src/index.ts": "export {};\n",
  "packages/engine/package.json": manifest("@armature/engine", {
    dependencies: { "@armature/http": "0.1.0" },
  }),
  "packages/engine/tsconfig.json": { references: [{ path: "../http" }] },
  "packages/engine/src/index.ts": 'export { run } from "./lib/run.ts";\n',
  "packages/engine/src/lib/run.ts":
    'import { size } from "@armature/http";\n/** Runs. */\nexport function run(): string {\n  return size;\n}\n',
};

/** A workspace in a temporary folder; removed when disposed. */
export class Fixture implements Disposable {
  readonly root: string = mkdtempSync(join(tmpdir(), "armature-rules-"));

  constructor(files: Files) {
    for (const [path, content] of Object.entries({ ...SOUND, ...files }))
      if (content !== null) this.write(path, typeof content === "string" ? content : JSON.stringify(content));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Makes it a repository in which everything is staged, even what .gitignore names. */
  stageAll(): void {
    execFileSync("git", ["init", "-q"], { cwd: this.root });
    execFileSync("git", ["add", "-f", "."], { cwd: this.root });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }
}

/** What a rule finds in the sound workspace with some files changed, as "file: message". */
export function findings(rule: Rule, files: Files): string[] {
  using fixture = new Fixture(files);
  return rule.check(readWorkspace(fixture.root)).map(({ file, message }) => `${file}: ${message}`);
}
