import { escapeXml } from "./escape-xml.ts";
import type { Part } from "./result-file.ts";

const WIDTH = 720;
const LEFT = 190;
const BAR = 18;
const GAP = 8;

/** The first column of a part as bars, the shortest on top, with the rounds as a line from lowest to highest. */
export function toSvg(title: string, { rows }: Part): string {
  const [column = ""] = Object.keys(rows[0]?.figures ?? {});
  const bars = rows
    .flatMap(({ name, figures }) => (figures[column] === undefined ? [] : [{ name, ...figures[column] }]))
    .toSorted((a, b) => a.median - b.median);
  const scale = (WIDTH - LEFT - 90) / Math.max(...bars.map(({ max }) => max), Number.MIN_VALUE);
  const lines = bars.map(({ name, median, min, max }, at) => {
    const y = 40 + at * (BAR + GAP);
    const middle = y + BAR / 2;
    const fill = name.startsWith("armature") ? "#2563eb" : "#94a3b8";
    return [
      `<text x="${LEFT - 8}" y="${middle + 4}" text-anchor="end">${escapeXml(name)}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${(median * scale).toFixed(1)}" height="${BAR}" fill="${fill}"/>`,
      `<path d="M${(LEFT + min * scale).toFixed(1)} ${middle}H${(LEFT + max * scale).toFixed(1)}" stroke="#0f172a"/>`,
      `<text x="${(LEFT + max * scale + 6).toFixed(1)}" y="${middle + 4}">${Number(median.toPrecision(3))}</text>`,
    ].join("");
  });
  const height = 48 + bars.length * (BAR + GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="8" y="22" font-size="15">${escapeXml(`${title}: ${column}, lower is better`)}</text>`,
    ...lines,
    "</svg>\n",
  ].join("\n");
}
