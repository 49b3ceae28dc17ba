import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { renderBenchPage } from "./bench-page.ts";
import { toSvg } from "./chart.ts";
import { toPartTable } from "./part-table.ts";
import type { Part } from "./results.ts";

const PART: Part = {
  date: "2026-11-25T12:00:00.000Z",
  rows: [row("slow", 20, 500), row("base", 10, 1000), row("<b>fast", 5, 2000)],
  leftOut: [{ name: "other", why: "It is not installed." }],
  noise: ["Others were loud."],
};

function row(name: string, micros: number, perSecond: number): Part["rows"][number] {
  const figure = { median: micros, min: micros * 0.9, max: micros * 1.1 };
  return {
    name,
    figures: {
      "CPU us/request": figure,
      "requests/s": { median: perSecond, min: perSecond, max: perSecond },
    },
  };
}

suite("a part", () => {
  test("is a table from the best to the last, with the spread behind the first column, and marks who is ahead", () => {
    assert.deepEqual(toPartTable(PART, { base: "base" }), {
      heads: ["", "CPU us/request", "spread", "of base", "requests/s"],
      rows: [
        ["<b>fast", "5", "±10 %", "0.50 ▲", "2,000"],
        ["base", "10", "±10 %", "1.00", "1,000"],
        ["slow", "20", "±10 %", "2.00", "500"],
      ],
      notes: [
        "▲ base is behind <b>fast (0.50).",
        "Left out: other. It is not installed.",
        "Noise: Others were loud.",
      ],
    });
  });

  test("has the spread in each cell where that is asked for, and where there is one", () => {
    const { heads, rows } = toPartTable(PART, { spread: "all" });
    assert.deepEqual(heads, ["", "CPU us/request", "requests/s"]);
    assert.deepEqual(rows[0], ["<b>fast", "5 ±10 %", "2,000"]);
  });

  test("is a chart for each column that is asked for, the best bar on top, with names escaped", () => {
    const svg = toSvg(PART, { title: "run", columns: ["CPU us/request", "requests/s"] });
    assert.match(svg, /run: CPU us\/request, lower is better[\s\S]*run: requests\/s, higher is better/);
    const names = [...svg.matchAll(/text-anchor="end">([^<]*)</g)].map(([, name]) => name);
    assert.deepEqual(names, ["&lt;b&gt;fast", "base", "slow", "&lt;b&gt;fast", "base", "slow"]);
  });

  test("is a page that opens without a network, with tables, charts and what was measured on what", () => {
    const machine = {
      cpu: "A & CPU",
      cores: 2,
      memoryGb: 8,
      system: "Linux",
      node: "v24",
      loadAverage: 0.5,
      pinned: true,
    };
    const page = renderBenchPage({
      title: "Run <1>",
      base: "base",
      runs: [
        {
          suite: "http",
          date: PART.date,
          machine,
          options: { rounds: 5 },
          versions: { app: "1.0" },
          parts: { json: PART },
        },
      ],
    });
    for (const found of [
      /<title>Run &lt;1&gt;<\/title>/,
      /A &amp; CPU, 2 cores, 8 GB, Linux, Node v24/,
      /rounds 5/,
      /app 1\.0/,
      /<h3>json<\/h3>\n<svg /,
      /<td>0\.50 ▲<\/td>/,
      /<li>Noise: Others were loud\.<\/li>/,
    ])
      assert.match(page, found);
    assert.ok(!/(?:src|href)=|@import|url\(/.test(page), "nothing is loaded from elsewhere");
    assert.ok(!page.includes("<b>"));
  });
});
