import { parseArgs } from "node:util";
import { createEchoHandler } from "./echo-handler.ts";
import { ENGINES } from "./engines.ts";

const SERVING = ENGINES.filter(({ hasSockets }) => hasSockets);

const HELP = `node conformance/dist/echo.js --port=N [--engine=${SERVING.map(({ name }) => name).join("|")}] [--pace=now|later] [--methods=known|any]

Answers every request with what it saw of it, as JSON: { m: method, u: target, v: version, h: fields, b: body in base64 }.
Methods that nobody registered get 501 unless --methods=any; CONNECT gets 405.
`;

/** Serves the echo until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      engine: { type: "string", default: "ts" },
      pace: { type: "string", default: "now" },
      methods: { type: "string", default: "known" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return say(HELP);
  const subject = SERVING.find(({ name }) => name === values.engine);
  if (subject === undefined) throw new Error(`There is no engine "${values.engine}"; see --help.`);
  const handler = createEchoHandler({
    pace: values.pace === "later" ? "later" : "now",
    methods: values.methods === "any" ? "any" : "known",
  });
  const listener = await subject.create().listen({ port: Number(values.port), host: "127.0.0.1" }, handler);
  say(`echo on ${listener.address.url} (engine ${values.engine})\n`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void listener.close({ graceMs: 0 }));
}

function say(text: string): void {
  process.stdout.write(text);
}

await main();
