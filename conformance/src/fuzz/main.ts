import { inspect, parseArgs } from "node:util";
import { CONNECTION_PROPERTIES, NATIVE } from "../native/connection-properties.ts";
import { buildDiffer, differFault } from "../native/differ.ts";
import { FRAME_PROPERTIES } from "../native/frame-properties.ts";
import { PARSING_PROPERTIES } from "../native/parsing-properties.ts";
import { type FuzzProperty, tryProperty } from "./fuzz-property.ts";
import { PROPERTIES } from "./properties.ts";

const HELP = `npm run fuzz -- [--seconds=N] [--runs=N] [--seed=N] [--path=P] [--only=TEXT]

Tries every property with new inputs until its share of the time is over (default: 120 seconds in all).
A failure names its seed and path; --seed and --path try that input again, --only the properties whose name has the text.
Those of the native engine are tried where it is built, those of its parser where there is cargo.
`;

/** Tries all properties, says how each fared, and fails where one does not hold. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "120" },
      runs: { type: "string", default: "100000000" },
      seed: { type: "string", default: String(Math.trunc(Math.random() * 2 ** 31)) },
      path: { type: "string" },
      only: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return say(HELP);
  const properties = allProperties().filter(({ name }) => name.includes(values.only));
  if (properties.length === 0) throw new Error(`No property has "${values.only}" in its name; see --help.`);
  const seed = Number(values.seed);
  const timeMs = (Number(values.seconds) * 1000) / properties.length;
  say(`seed ${seed}, ${(timeMs / 1000).toFixed(1)} s for each of ${properties.length} properties\n`);
  for (const property of properties)
    await report(property.name, () =>
      tryProperty(property, { seed, timeMs, runs: Number(values.runs), path: values.path }),
    );
}

/** Those of the native engine too, as far as it is built. */
function allProperties(): readonly FuzzProperty[] {
  const isBuilt = (NATIVE.missing ?? null) === null;
  const hasDiffer = differFault() === null;
  if (hasDiffer) buildDiffer();
  const both = isBuilt ? [...CONNECTION_PROPERTIES, ...FRAME_PROPERTIES] : [];
  return [...PROPERTIES, ...(hasDiffer ? PARSING_PROPERTIES : []), ...both];
}

async function report(name: string, run: () => Promise<number>): Promise<void> {
  try {
    say(`holds  ${name} (${await run()} runs)\n`);
  } catch (error) {
    say(`FAILS  ${name}\n${inspect(error, { depth: 6 })}\n`);
    process.exitCode = 1;
  }
}

function say(text: string): void {
  process.stdout.write(text);
}

await main();
