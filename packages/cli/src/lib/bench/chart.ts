import { escapeHtml } from "../escape-html.ts";
import type { Part } from "./results.ts";
import { isMoreBetter } from "./columns.ts";
import type { Figure } from "./statistics.ts";

const WIDTH = 720;
const LEFT = 190;
const RIGHT = 90;
const TOP = 40;
const BAR = 18;
const GAP = 8;
const LETTERS = 26;

/** How a part is drawn. */
export interface ChartOptions {
  /** Above the bars. */
  readonly title: string;
  /** What is drawn, one below the other. Default: the first column alone. */
  readonly columns?: readonly string[];
  /** The rows that stand out. Default: all. */
  readonly isOurs?: (name: string) => boolean;
}

/** Columns of a part as bars, the best on top, with the rounds as a line from lowest to highest. */
export function toSvg(part: Part, { title, columns, isOurs = () => true }: ChartOptions): string {
  const wanted = columns ?? Object.keys(part.rows[0]?.figures ?? {}).slice(0, 1);
  const panels = wanted.map((column) => ({ column, bars: barsOf(part, column) }));
  let height = 0;
  const drawn = panels.flatMap(({ column, bars }) => {
    const top = height;
    height += TOP + bars.length * (BAR + GAP) + GAP;
    return [
      `<text x="8" y="${top + 22}" font-size="15">${escapeHtml(headOf(title, column))}</text>`,
      ...drawBars(bars, top + TOP, isOurs),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...drawn,
    "</svg>\n",
  ].join("\n");
}

interface Bar extends Figure {
  readonly name: string;
}

function barsOf({ rows }: Part, column: string): Bar[] {
  const bars = rows.flatMap(({ name, figures }) =>
    figures[column] === undefined ? [] : [{ name, ...figures[column] }],
  );
  const sign = isMoreBetter(column) ? -1 : 1;
  return bars.toSorted((a, b) => sign * (a.median - b.median));
}

function headOf(title: string, column: string): string {
  return `${title}: ${column}, ${isMoreBetter(column) ? "higher" : "lower"} is better`;
}

function drawBars(bars: readonly Bar[], top: number, isOurs: (name: string) => boolean): string[] {
  const scale = (WIDTH - LEFT - RIGHT) / Math.max(...bars.map(({ max }) => max), Number.MIN_VALUE);
  return bars.map(({ name, median, min, max }, at) => {
    const y = top + at * (BAR + GAP);
    const middle = y + BAR / 2;
    return [
      `<text x="${LEFT - 8}" y="${middle + 4}" text-anchor="end">${escapeHtml(shorten(name))}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${(median * scale).toFixed(1)}" height="${BAR}" fill="${isOurs(name) ? "#2563eb" : "#94a3b8"}"/>`,
      `<path d="M${(LEFT + min * scale).toFixed(1)} ${middle}H${(LEFT + max * scale).toFixed(1)}" stroke="#0f172a"/>`,
      `<text x="${(LEFT + max * scale + 6).toFixed(1)}" y="${middle + 4}">${Number(median.toPrecision(3))}</text>`,
    ].join("");
  });
}

function shorten(name: string): string {
  return name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name;
}
