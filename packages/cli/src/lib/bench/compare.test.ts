import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { compareResults, toCompareTable } from "./compare.ts";
import type { Results } from "./results.ts";
import type { Figure } from "./statistics.ts";

const MACHINE = {
  cpu: "A CPU",
  cores: 2,
  memoryGb: 8,
  system: "Linux 6",
  node: "v24.0.0",
  loadAverage: 0,
  pinned: false,
};

function around(median: number, width = 0): Figure {
  return { median, min: median - width, max: median + width };
}

function runOf(rows: Readonly<Record<string, Readonly<Record<string, Figure>>>>): Results {
  const list = Object.entries(rows).map(([name, figures]) => ({ name, figures }));
  return {
    suite: "load",
    date: "2026-11-25T12:00:00.000Z",
    machine: MACHINE,
    options: { program: "node app.js", seconds: 5 },
    versions: {},
    parts: { load: { date: "2026-11-25T12:00:00.000Z", rows: list, leftOut: [], noise: [] } },
  };
}

function kindsOf(base: Readonly<Record<string, Figure>>, now: Readonly<Record<string, Figure>>): object {
  const { changes } = compareResults(runOf({ "GET /": base }), runOf({ "GET /": now }), 0.1);
  return Object.fromEntries(changes.map(({ column, kind }) => [column, kind]));
}

suite("two runs beside each other", () => {
  test("less is better of time and memory, more of requests", () => {
    const base = {
      "CPU us/request": around(10),
      "requests/s": around(1000),
      "p99 ms": around(2),
      "RSS MB": around(80),
    };
    const now = {
      "CPU us/request": around(12),
      "requests/s": around(800),
      "p99 ms": around(1),
      "RSS MB": around(81),
    };
    assert.deepEqual(kindsOf(base, now), {
      "CPU us/request": "worse",
      "requests/s": "worse",
      "p99 ms": "better",
      "RSS MB": "same",
    });
    assert.deepEqual(kindsOf({ "requests/s": around(1000) }, { "requests/s": around(2000) }), {
      "requests/s": "better",
    });
  });

  test("nothing is said of what lies within the spread of the rounds, and that is said", () => {
    assert.deepEqual(kindsOf({ "p50 ms": around(10, 3) }, { "p50 ms": around(13, 3) }), {
      "p50 ms": "unclear",
    });
    const { changes } = compareResults(
      runOf({ "GET /": { "requests/s": around(1000, 400) } }),
      runOf({ "GET /": { "requests/s": around(700, 200) } }),
      0.1,
    );
    const table = toCompareTable({ changes, notes: [] });
    assert.deepEqual(table[1], [
      "GET /",
      "requests/s",
      "1,000 ±40 %",
      "700 ±29 %",
      "0.70",
      "within the spread",
    ]);
  });

  test("errors that were none before are worse, however few", () => {
    assert.deepEqual(kindsOf({ "4xx/5xx": around(0) }, { "4xx/5xx": around(1) }), { "4xx/5xx": "worse" });
    assert.deepEqual(kindsOf({ "no answer": around(0) }, { "no answer": around(0) }), {
      "no answer": "same",
    });
  });

  test("columns that tell nothing of better or worse are left out, and what one run lacks", () => {
    assert.deepEqual(
      kindsOf({ "bytes/request": around(1), "p50 ms": around(1) }, { "bytes/request": around(9) }),
      {},
    );
  });

  test("what keeps them from being comparable is named", () => {
    const base = runOf({ "GET /a": {}, "GET /b": {} });
    const now = {
      ...runOf({ "GET /a": {}, "GET /c": {} }),
      machine: { ...MACHINE, cpu: "Another" },
      options: { program: "node other.js", seconds: 9, connections: 64 },
    };
    assert.deepEqual(compareResults(base, now, 0.1).notes, [
      "Not the same seconds: 5 in the base, 9 now.",
      "Not the same CPU of the machine: A CPU in the base, Another now.",
      "Not the same connections: unknown in the base, 64 now.",
      "GET /b is only in the base.",
      "GET /c is only in this run.",
    ]);
  });
});
