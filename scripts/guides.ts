import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";

/** A program in a document: a `ts` block that begins with an import and so stands on its own. */
export interface GuideProgram {
  readonly file: string;
  /** Line of the fence, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** The programs of a Markdown text, in order. */
export function findPrograms(file: string, markdown: string): GuideProgram[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
    .map((match) => ({
      file,
      line: markdown.slice(0, match.index).split("\n").length,
      code: match[1] ?? "",
    }))
    .filter(({ code }) => code.startsWith("import "));
}

/**
 * Compiles programs against the built packages, each as a module of its own; a program that imports "./app.ts" gets the first of
 * its document under that name.
 * @returns what the compiler says; "" where all is well
 */
export function compilePrograms(root: string, programs: readonly GuideProgram[]): string {
  const folder = mkdtempSync(join(root, "examples", ".guides-"));
  try {
    for (const [at, program] of programs.entries()) {
      const first = programs.find(({ file }) => file === program.file);
      writeFileSync(join(folder, `app-${at}.ts`), `export ${exportable(first?.code ?? "")}`);
      writeFileSync(join(folder, `program-${at}.ts`), program.code.replace('"./app.ts"', `"./app-${at}.ts"`));
    }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
    const { stdout } = spawnSync("tsc", ["-p", folder], { encoding: "utf8", cwd: root });
    return stdout.replaceAll(/^.*program-(\d+)\.ts/gm, (_, at: string) => placeOf(programs[Number(at)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TSCONFIG = {
  extends: "../../tsconfig.base.json",
  compilerOptions: {
    composite: false,
    incremental: false,
    isolatedDeclarations: false,
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    declaration: false,
    declarationMap: false,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
  },
  include: ["*.ts"],
};

/** The first program declares `app`; its import stays in front. */
function exportable(code: string): string {
  return `{};\n${code.replace(/^const app =/m, "export const app =")}`;
}

function placeOf(program: GuideProgram | undefined): string {
  return program === undefined ? "?" : `${program.file}:${program.line}`;
}

/** Reads a document of the repository. */
export function readDocument(root: string, file: string): string {
  return readFileSync(join(root, file), "utf8");
}
