import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseResults } from "./results.ts";

const RUN = {
  suite: "load",
  date: "2026-11-25T12:00:00.000Z",
  machine: {
    cpu: "A CPU",
    cores: 2,
    memoryGb: 8,
    system: "Linux",
    node: "v24",
    loadAverage: 0,
    pinned: false,
  },
  options: { rounds: 1, program: "node app.js" },
  versions: { app: "1.0.0" },
  parts: {
    load: {
      date: "2026-11-25T12:00:00.000Z",
      rows: [{ name: "GET /", figures: { "requests/s": { median: 2, min: 1, max: 3 } } }],
      leftOut: [{ name: "memory", why: "It is not known." }],
      noise: ["It was loud."],
    },
  },
};

suite("the file of a run", () => {
  test("is read as it was written", () => {
    assert.deepEqual(parseResults(JSON.stringify(RUN)), RUN);
  });

  test("is nothing where the text is cut, or anything in it of another form", () => {
    const [row] = RUN.parts.load.rows;
    const foreign: readonly unknown[] = [
      null,
      [],
      42,
      { ...RUN, suite: undefined },
      { ...RUN, machine: { ...RUN.machine, cores: "2" } },
      { ...RUN, options: { rounds: null } },
      { ...RUN, versions: { app: 1 } },
      { ...RUN, parts: [RUN.parts.load] },
      ...[
        { rows: {} },
        { leftOut: ["memory"] },
        { noise: [1] },
        { rows: [{ ...row, figures: { p: 1 } }] },
      ].map((wrong) => ({ ...RUN, parts: { load: { ...RUN.parts.load, ...wrong } } })),
    ];
    for (const value of foreign)
      assert.equal(parseResults(JSON.stringify(value)), null, JSON.stringify(value));
    for (const text of ["", "{", JSON.stringify(RUN).slice(0, -5)])
      assert.equal(parseResults(text), null, text);
  });
});
