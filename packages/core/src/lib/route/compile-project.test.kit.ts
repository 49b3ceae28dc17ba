import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An error of the compiler, with all lines of its message. */
export interface CompileError {
  readonly file: string;
  readonly line: number;
  readonly code: number;
  readonly message: string;
}

/** What the compiler says of a project, and what it cost. */
export interface CompileReport {
  readonly errors: readonly CompileError[];
  readonly instantiations: number;
  readonly types: number;
  readonly memoryKb: number;
  readonly checkMs: number;
}

const ROOT = join(import.meta.dirname, "../../../../..");

const CONFIG = {
  compilerOptions: {
    target: "es2023",
    lib: ["ES2024", "ESNext.Decorators"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    noEmit: true,
  },
};

/** Checks a project of these files, which find the packages of the workspace; in one thread, so that the figures are the same each time. */
export function compileProject(files: ReadonlyMap<string, string>): CompileReport {
  const folder = mkdtempSync(join(tmpdir(), "armature-types-"));
  try {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(CONFIG));
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    return toReport(runCompiler(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runCompiler(folder: string): string {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const options = ["-p", folder, "--extendedDiagnostics", "--singleThreaded", "--pretty", "false"];
  const { stdout, stderr, error } = spawnSync(process.execPath, [tsc, ...options], {
    encoding: "utf8",
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  if (!stdout.includes("Instantiations:")) throw new Error(`tsc gave no figures:\n${stdout}${stderr}`);
  return stdout;
}

function toReport(output: string): CompileReport {
  return {
    errors: toErrors(output),
    instantiations: readFigure(output, "Instantiations"),
    types: readFigure(output, "Types"),
    memoryKb: readFigure(output, "Memory used"),
    checkMs: readFigure(output, "Check time") * 1000,
  };
}

/** An error is a line that names its place, and the indented lines behind it. */
function toErrors(output: string): CompileError[] {
  const pattern = /^(\S+)\((\d+),\d+\): error TS(\d+): (.*(?:\n .*)*)/gm;
  return [...output.matchAll(pattern)].map(([, file = "", line, code, message = ""]) => ({
    file,
    line: Number(line),
    code: Number(code),
    message,
  }));
}

function readFigure(output: string, name: string): number {
  const value = new RegExp(String.raw`^${name}:\s+([\d.]+)`, "m").exec(output)?.[1];
  if (value === undefined) throw new Error(`tsc gave no ${name}:\n${output}`);
  return Number(value);
}
