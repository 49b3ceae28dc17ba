import assert from "node:assert/strict";
import { test } from "node:test";
import { ensureServices, type Machine, type Service, thisMachine } from "./services.ts";

const CURL: Service = { command: "curl", debian: "curl", why: "to ask" };
const PSQL: Service = { command: "psql", debian: "postgresql-client", why: "to keep" };

/** A machine that has some commands, and notes what is installed. */
function machine(own: Partial<Machine>, has: string[] = []): { machine: Machine; installed: string[] } {
  const installed: string[] = [];
  const install = (packages: readonly string[]): boolean => {
    installed.push(...packages);
    has.push("curl", "psql");
    return true;
  };
  const base: Machine = {
    isRoot: true,
    isDebian: true,
    isCi: false,
    has: ({ command }) => has.includes(command),
    install,
  };
  return { machine: { ...base, ...own }, installed };
}

test("nothing is installed where all is there", () => {
  const { machine: full, installed } = machine({}, ["curl"]);
  assert.deepEqual(ensureServices([CURL], full), { ok: true, lines: ["all there: curl"] });
  assert.deepEqual(installed, []);
});

test("root on Debian installs just what is missing", () => {
  const { machine: half, installed } = machine({}, ["curl"]);
  assert.deepEqual(ensureServices([CURL, PSQL], half), { ok: true, lines: ["installed: psql"] });
  assert.deepEqual(installed, ["postgresql-client"]);
});

test("others are told what is missing, and how to get it", () => {
  for (const own of [{ isRoot: false }, { isDebian: false }, { install: () => false }]) {
    const { machine: poor, installed } = machine(own);
    const { ok, lines } = ensureServices([CURL], poor);
    assert.equal(ok, true);
    assert.deepEqual(lines, ["missing: curl (to ask); on Debian: apt-get install curl"]);
    assert.deepEqual(installed, []);
  }
});

test("what is missing fails where nobody reads warnings", () => {
  assert.equal(ensureServices([CURL], machine({ isRoot: false, isCi: true }).machine).ok, false);
});

test("an installation that brings nothing is not believed", () => {
  const { ok } = ensureServices([CURL], machine({ isCi: true, install: () => true }).machine);
  assert.equal(ok, false);
});

test("this machine finds the node that runs it, and nothing that is not there", () => {
  assert.equal(thisMachine.has({ command: "sh", debian: "dash", why: "" }), true);
  assert.equal(thisMachine.has({ command: "no-such-command-here", debian: "", why: "" }), false);
});
