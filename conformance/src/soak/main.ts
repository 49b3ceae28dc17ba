import { parseArgs } from "node:util";
import { ENGINE_NAMES } from "../engine-by-name.ts";
import { soak, type SoakReading } from "./soak.ts";

const HELP = `npm run soak -- [--engine=ts|native] [--minutes=N] [--rounds=N]

Loads a server, of the TypeScript engine unless told otherwise, with all that clients do, 10 minutes unless told otherwise, reads its memory behind a collection every N rounds
(default 200), and fails where it grows.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      engine: { type: "string", default: "ts" },
      minutes: { type: "string", default: "10" },
      rounds: { type: "string", default: "200" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return say(HELP);
  const engine = ENGINE_NAMES.find((name) => name === values.engine);
  if (engine === undefined)
    throw new Error(`There is no engine "${values.engine}"; use ${ENGINE_NAMES.join(" or ")}.`);
  const end = performance.now() + Number(values.minutes) * 60_000;
  const { readings, bytesPerRequest, faults } = await soak({
    engine,
    warmUp: 200,
    rounds: Number(values.rounds),
    next: (reading) => {
      say(describe(reading));
      return performance.now() < end;
    },
  });
  say(`${readings.length} readings, ${bytesPerRequest.toFixed(2)} bytes of heap for each request\n`);
  for (const fault of faults) say(`FAULT  ${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

function describe({ requests, usage: { memory, retained, descriptors } }: SoakReading): string {
  return (
    `${requests} requests: heap ${mib(memory.heapUsed)}, resident ${mib(memory.rss)}, external ${mib(memory.external)}, ` +
    `${retained.exchanges} exchanges, ${retained.sockets} sockets, ${descriptors} descriptors\n`
  );
}

function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
}

function say(text: string): void {
  process.stdout.write(text);
}

await main();
