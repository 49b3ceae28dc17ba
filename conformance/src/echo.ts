import { parseArgs } from "node:util";
import { createEchoHandler } from "./echo-handler.ts";
import { ENGINES } from "./engines.ts";

const HELP = `node conformance/dist/echo.js --port=N [--engine=${Object.keys(ENGINES).join("|")}] [--pace=now|later]

Answers every request with what it saw of it, as JSON: { m: method, u: target, v: version, h: fields, b: body in base64 }.
`;

/** Serves the echo until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      engine: { type: "string", default: "ts" },
      pace: { type: "string", default: "now" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return say(HELP);
  const create = ENGINES[values.engine];
  if (create === undefined) throw new Error(`There is no engine "${values.engine}"; see --help.`);
  const handler = createEchoHandler({ pace: values.pace === "later" ? "later" : "now" });
  const listener = await create().listen({ port: Number(values.port), host: "127.0.0.1" }, handler);
  say(`echo on ${listener.address.url} (engine ${values.engine})\n`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void listener.close({ graceMs: 0 }));
}

function say(text: string): void {
  process.stdout.write(text);
}

await main();
