import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ensureServices, SERVICES, thisMachine } from "./services.ts";
import { listBuiltTests, listUnbuiltTests, removeStaleOutput } from "./stale-output.ts";

interface Step {
  readonly name: string;
  readonly run: () => boolean;
}

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
}

const ROOT = join(import.meta.dirname, "..");

/** A step that takes so long will never end: a test leaves a socket or a process open. */
const HUNG_MS = 20 * 60_000;

const STEPS: readonly Step[] = [
  { name: "services", run: checkServices },
  { name: "build", run: build },
  { name: "native", run: buildNative },
  { name: "lint", run: () => run("npm", "run", "-s", "lint") },
  { name: "format", run: () => run("npm", "run", "-s", "format:check") },
  { name: "rules", run: () => run("node", "scripts/rules.ts") },
  { name: "tests", run: runTests },
];

/** Runs all steps, or those named on the command line; a step that fails does not stop the others. */
function main(): void {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`There is no step ${unknown.join(", ")}; use ${stepNames()}.`);
  const outcomes = STEPS.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).map(runStep);
  say("\n== summary");
  for (const { name, passed, seconds } of outcomes)
    say(`${passed ? "passed" : "FAILED"}  ${name.padEnd(10)} ${seconds.toFixed(1)} s`);
  const failed = outcomes.filter(({ passed }) => !passed).length;
  say(`${outcomes.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function stepNames(): string {
  return STEPS.map(({ name }) => name).join(", ");
}

function runStep({ name, run: body }: Step): Outcome {
  say(`\n== ${name}`);
  const start = performance.now();
  const passed = body();
  return { name, passed, seconds: (performance.now() - start) / 1000 };
}

function checkServices(): boolean {
  const { ok, lines } = ensureServices(SERVICES, thisMachine);
  for (const line of lines) say(line);
  return ok;
}

function build(): boolean {
  for (const path of removeStaleOutput(ROOT)) say(`removed ${path}: its source is gone`);
  return run("npm", "run", "-s", "build");
}

/** The native engine is built and tested where that is possible; everything else works without it. */
function buildNative(): boolean {
  const missing = nativeMissing();
  if (missing === null) return run("npm", "run", "-s", "build:native") && checkNative();
  say(`The native engine is not built: ${missing}. Its tests take what was built before, or are skipped.`);
  return true;
}

/** What the formatter, the linter and the tests in Rust say. */
function checkNative(): boolean {
  const checks = [
    ["fmt", "--all", "--check"],
    ["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"],
    ["test", "--quiet"],
  ];
  return checks.map(([name = "", ...args]) => runCargo(name, args)).every(Boolean);
}

/** Some installations of cargo come without a formatter or a linter. */
function runCargo(name: string, args: readonly string[]): boolean {
  const isThere = spawnSync("cargo", [name, "--version"], { stdio: "ignore" }).status === 0;
  if (isThere || name === "test") return run("cargo", name, "--manifest-path", "native/Cargo.toml", ...args);
  say(`cargo ${name} is left out: it is not installed.`);
  return true;
}

function nativeMissing(): string | null {
  if (process.platform !== "linux") return "it runs on Linux alone";
  const inNative = { cwd: join(ROOT, "native"), stdio: "ignore" } as const;
  if (spawnSync("cargo", ["--version"], inNative).status !== 0) return "there is no cargo";
  const wanted = rustVersion(readFileSync(join(ROOT, "native", "Cargo.toml"), "utf8"));
  const found = rustVersion(spawnSync("rustc", ["--version"], { encoding: "utf8" }).stdout ?? "");
  if (found < wanted) return "rustc is older than native/Cargo.toml asks for";
  const fetched = spawnSync("cargo", ["fetch"], inNative).status === 0;
  return fetched ? null : "cargo cannot fetch its crates";
}

/** The minor version of Rust 1 that a text names. */
function rustVersion(text: string): number {
  return Number(/\brust(?:-version = "|c )1\.(\d+)/.exec(text)?.[1] ?? 0);
}

function runTests(): boolean {
  const unbuilt = listUnbuiltTests(ROOT);
  for (const path of unbuilt) say(`not built: ${path}`);
  const built = listBuiltTests(ROOT);
  const scripts = globSync(["scripts/**/*.test.ts", "benchmarks/*/*.test.ts"], { cwd: ROOT }).toSorted();
  say(`${built.length + scripts.length} test files`);
  if (built.length === 0 || scripts.length === 0) {
    say("No tests were found; build first, or look at scripts/stale-output.ts.");
    return false;
  }
  return run("node", "--test", ...built, ...scripts) && unbuilt.length === 0;
}

/** npm puts node_modules/.bin first on PATH; so does this, for those who call the script without npm. */
function run(command: string, ...args: string[]): boolean {
  const PATH = `${join(ROOT, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`;
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, PATH },
    timeout: HUNG_MS,
  });
  if (error !== undefined) say(explain(command, error));
  return status === 0;
}

function explain(command: string, error: Error): string {
  return "code" in error && error.code === "ETIMEDOUT"
    ? `${command} did not end in ${HUNG_MS / 60_000} minutes; a test that is named as interrupted leaves something open.`
    : `${command} could not be started: ${error.message}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main();
