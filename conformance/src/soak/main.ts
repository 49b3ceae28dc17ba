import { parseArgs } from "node:util";
import { soak, type SoakReading } from "./soak.ts";

const HELP = `npm run soak -- [--minutes=N] [--rounds=N]

Loads a server with all that clients do, 10 minutes unless told otherwise, reads its memory behind a collection every N rounds
(default 200), and fails where it grows.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      rounds: { type: "string", default: "200" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return say(HELP);
  const end = performance.now() + Number(values.minutes) * 60_000;
  const { readings, bytesPerRequest, faults } = await soak({
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
