import { escapeHtml } from "../escape-html.ts";
import { cpuTree, type FlameNode, heapTree, hotFunctions, pruneTree } from "./flame-tree.ts";
import { FLAME_SCRIPT, FLAME_STYLE } from "./flame-script.ts";
import type { Growth } from "./heap-growth.ts";
import type { NativeProfile } from "./native-frames.ts";
import type { Profile, Recording } from "./recording.ts";

const LISTED = 25;

/** One page with everything of the recordings, the busiest thread first, and what perf saw of them all; it opens without a network. */
export function renderReport(profiles: readonly Profile[], native: NativeProfile | null = null): string {
  const sections = profiles
    .map(({ recording, growth }) => ({ recording, growth, cpu: cpuTree(recording.cpu) }))
    .toSorted((a, b) => b.cpu.total - a.cpu.total)
    .map(({ recording, growth, cpu }, at) =>
      [renderThread(recording, cpu, at), renderGrowth(growth)].join("\n"),
    );
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Profile</title>',
    `<style>${FLAME_STYLE}</style></head><body>`,
    ...sections,
    renderNative(native),
    `<script>${FLAME_SCRIPT}</script></body></html>\n`,
  ].join("\n");
}

function renderThread(recording: Recording, cpu: FlameNode, at: number): string {
  const { pid, thread, argv, node, seconds, loopDelay, collections, memory } = recording;
  const heap = heapTree(recording.heap.head);
  const gc = Object.entries(collections).map(
    ([kind, { count, ms }]) => `${count} ${kind} (${ms.toFixed(0)} ms)`,
  );
  const facts: readonly (readonly [string, string])[] = [
    ["Process", `${pid}, Node ${node}, ${seconds.toFixed(1)} s`],
    [
      "CPU",
      `${(cpu.total / 1000).toFixed(2)} s of JavaScript and what it called (${percent(cpu.total, seconds * 1000)})`,
    ],
    ["Allocated", `${toMegabytes(heap.total)}, sampled; garbage included`],
    [
      "Event loop",
      `late by ${loopDelay.p50.toFixed(1)} ms (p50), ${loopDelay.p99.toFixed(1)} ms (p99), ${loopDelay.max.toFixed(1)} ms at most`,
    ],
    ["Collections", gc.length === 0 ? "none" : gc.join(", ")],
    ["Memory at the end", `${toMegabytes(memory.rss)} RSS, ${toMegabytes(memory.heapUsed)} heap in use`],
  ];
  return [
    `<h1>${escapeHtml(argv.join(" "))}${thread === 0 ? "" : ` (worker thread ${thread})`}</h1><table>`,
    ...facts.map(([name, value]) => `<tr><th>${name}</th><td>${escapeHtml(value)}</td></tr>`),
    "</table>",
    renderTree("CPU time", "ms", cpu, `cpu-${at}`),
    renderTree("Allocation", "bytes", heap, `heap-${at}`),
  ].join("\n");
}

function renderTree(title: string, unit: "ms" | "bytes", root: FlameNode, id: string): string {
  const rows = hotFunctions(root, LISTED).map(
    ({ name, place, self }) =>
      `<tr><td>${unit === "ms" ? `${self.toFixed(1)} ms` : toMegabytes(self)}</td><td>${percent(self, root.total)}</td><td>${escapeHtml(name)}</td><td>${escapeHtml(place)}</td></tr>`,
  );
  return [
    `<h2>${title}</h2><div class="flame" id="${id}" data-unit="${unit}"></div>`,
    `<script type="application/json" data-for="${id}">${toScriptJson(compact(pruneTree(root)))}</script>`,
    `<details><summary>Functions by what they took themselves</summary><table>${rows.join("")}</table></details>`,
  ].join("\n");
}

/** All threads with the functions of the kernel, V8, Node and libraries between those of JavaScript. */
function renderNative(native: NativeProfile | null): string {
  if (native === null) return "";
  const { tree, samples, isCut } = native;
  const end = isCut ? "; perf stopped before the program did, because it had written all that it may" : "";
  return [
    "<h1>Native frames</h1>",
    `<p>${(tree.total / 1000).toFixed(2)} s of CPU time in all threads, ${samples} samples of perf${end}</p>`,
    renderTree("CPU time with native frames", "ms", tree, "native"),
  ].join("\n");
}

/** What may leak: what there is more of each time is looked at. */
function renderGrowth(growth: readonly Growth[] | null): string {
  if (growth === null) return "";
  const rows = growth.map(
    ({ name, kind, count, more, moreBytes }) =>
      `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(kind)}</td><td>${count}</td><td>${more}</td><td>${(moreBytes / 1000).toFixed(1)} KB</td></tr>`,
  );
  return [
    "<h2>What the heap has gained since the middle</h2>",
    "<table><tr><th>constructor</th><th>kind</th><th>at the end</th><th>more</th><th>bytes</th></tr>",
    ...rows,
    "</table>",
  ].join("\n");
}

type Compact = readonly [name: string, place: string, total: number, children: readonly Compact[]];

function compact({ name, place, total, children }: FlameNode): Compact {
  return [name, place, Number(total.toPrecision(5)), children.map(compact)];
}

/** JSON that cannot end the script element it stands in. */
function toScriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function toMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "0 %" : `${((part / whole) * 100).toFixed(1)} %`;
}
