import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Part } from "@armature/cli/bench";
import { toMarkdown, toMarkdownTable } from "./tables.ts";

const PART: Part = {
  date: "2026-11-25T12:00:00.000Z",
  rows: [row("fastify", 20, 60_123), row("armature", 10, 120_456), row("floor", 2.5, 200_000)],
  leftOut: [{ name: "bun", why: "It is not installed." }],
  noise: ["Other processes kept 1.40 cores busy."],
};

function row(name: string, micros: number, perSecond: number): Part["rows"][number] {
  const exact = (value: number): { median: number; min: number; max: number } => ({
    median: value,
    min: value * 0.9,
    max: value * 1.1,
  });
  return { name, figures: { "CPU us/request": exact(micros), "requests/s": exact(perSecond) } };
}

suite("tables", () => {
  test("stand from the best to the last, with spread and ratio, who is ahead, what is missing and the noise", () => {
    assert.equal(
      toMarkdownTable(PART),
      [
        "|  | CPU us/request | spread | of armature | requests/s |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| floor | 2.5 | ±10 % | 0.25 ▲ | 200,000 |",
        "| armature | 10 | ±10 % | 1.00 | 120,456 |",
        "| fastify | 20 | ±10 % | 2.00 | 60,123 |",
        "",
        "- ▲ armature is behind floor (0.25).",
        "- Left out: bun. It is not installed.",
        "- Noise: Other processes kept 1.40 cores busy.",
        "",
      ].join("\n"),
    );
  });

  test("say what they were measured on", () => {
    const machine = {
      cpu: "A CPU",
      cores: 2,
      memoryGb: 8,
      system: "Linux 6",
      node: "v24.0.0",
      loadAverage: 3.5,
      pinned: true,
    };
    const text = toMarkdown({
      suite: "http",
      date: PART.date,
      machine,
      options: { rounds: 5 },
      versions: { bun: "1.4" },
      parts: { json: PART },
    });
    assert.match(text, /A CPU, 2 cores, 8 GB, Linux 6, Node v24\.0\.0; 2026-11-25/);
    assert.match(text, /Load average before: 3\.5\. Options: rounds 5\. Versions: bun 1\.4\./);
    assert.match(text, /### json\n\n\| {2}\| CPU/);
  });
});
