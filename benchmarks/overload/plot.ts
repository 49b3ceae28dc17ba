import type { Case, Step } from "./step.ts";

const WIDTH = 300;
const HEIGHT = 180;
const GAP = 70;
const LEFT = 60;
const TOP = 50;

const TITLES: Readonly<Record<string, string>> = {
  cpu: "computes 1 ms",
  "after-wait": "waits 5 ms, computes 1 ms",
  resource: "one of ten connections, 10 ms",
};

interface Panel {
  readonly title: string;
  readonly unit: string;
  /** What stands on the y axis. */
  readonly valueOf: (step: Step, case_: Case) => number | null;
  readonly most: number;
}

const PANELS: readonly Panel[] = [
  {
    title: "goodput",
    unit: "of capacity",
    valueOf: ({ goodput }, { capacity }) => goodput / capacity,
    most: 1.2,
  },
  {
    title: "p99 of answers 200",
    unit: "s",
    valueOf: ({ p99Ms }) => (p99Ms === null ? null : p99Ms / 1000),
    most: 2,
  },
];

/** Draws goodput and p99 over the offered load, a row for each case. */
export function plot(cases: readonly Case[]): string {
  const width = LEFT + PANELS.length * (WIDTH + GAP);
  const height = TOP + cases.length * (HEIGHT + GAP);
  const body = cases.flatMap((case_, row) =>
    PANELS.map((panel, column) =>
      panelOf(case_, panel, LEFT + column * (WIDTH + GAP), TOP + row * (HEIGHT + GAP)),
    ),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${LEFT}" y="20"><tspan fill="#0a7d32">with shedding</tspan><tspan dx="16" fill="#c0392b">without</tspan></text>`,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

function panelOf(case_: Case, panel: Panel, left: number, top: number): string {
  const lineOf = (steps: readonly Step[], color: string): string =>
    `<polyline fill="none" stroke="${color}" stroke-width="2" points="${pointsOf(steps, case_, panel)}"/>`;
  return [
    `<g transform="translate(${left} ${top})">`,
    `<text x="0" y="-8">${TITLES[case_.name] ?? case_.name}: ${panel.title} (${panel.unit})</text>`,
    ...gridOf(panel),
    lineOf(case_.without, "#c0392b"),
    lineOf(case_.shedding, "#0a7d32"),
    "</g>",
  ].join("\n");
}

function gridOf({ most }: Panel): string[] {
  const across = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const y = HEIGHT * (1 - part);
    const label = Math.round(most * part * 100) / 100;
    return `<line x1="0" x2="${WIDTH}" y1="${y}" y2="${y}" stroke="#ddd"/><text x="-6" y="${y + 4}" text-anchor="end">${label}</text>`;
  });
  const down = [0, 1, 2, 3].map(
    (factor) => `<text x="${xOf(factor)}" y="${HEIGHT + 16}" text-anchor="middle">${factor}x</text>`,
  );
  return [...across, ...down];
}

function pointsOf(steps: readonly Step[], case_: Case, { valueOf, most }: Panel): string {
  return steps
    .flatMap((step) => {
      const value = valueOf(step, case_);
      return value === null ? [] : [`${xOf(step.factor)},${round(HEIGHT * (1 - Math.min(1, value / most)))}`];
    })
    .join(" ");
}

function xOf(factor: number): number {
  return round((WIDTH * factor) / 3);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
