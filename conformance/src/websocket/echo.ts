import { parseArgs } from "node:util";
import { rawWebsocket } from "@armature/websocket";
import { armature, silentLogger } from "armature";
import { PATIENT } from "../engines.ts";
import { ECHO, SOCKET_ENGINES } from "./harness/serve-sockets.ts";

const HELP = `node conformance/dist/websocket/echo.js --port=N [--engine=${SOCKET_ENGINES.map(({ name }) => name).join("|")}] [--deflate]

Sends back every WebSocket message, at any path, for suites of other projects. Messages may have 64 MiB.
  --deflate  takes permessage-deflate where the client offers it
`;

/** What suites of other projects send is larger than what an application should take. */
const LIMITS = { maxMessageBytes: 64 * 1024 * 1024, maxInflationRatio: 10_000, maxFragments: 1_000_000 };

/** Serves the echo until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      engine: { type: "string", default: "ts" },
      deflate: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const subject = SOCKET_ENGINES.find(({ name }) => name === values.engine);
  if (subject === undefined) throw new Error(`There is no engine "${values.engine}"; see --help.`);
  const compression = values.deflate ? { thresholdBytes: 0, contextTakeover: true } : false;
  const options = { origins: "any", compression, limits: LIMITS } as const;
  const app = armature({ engine: subject.create(), logger: silentLogger, limits: PATIENT })
    .route(rawWebsocket("/", options, ECHO))
    .route(rawWebsocket("/*path", options, ECHO));
  const { url } = await app.listen({ port: Number(values.port), host: "127.0.0.1" });
  process.stdout.write(`websocket echo on ${url.replace(/^http/, "ws")} (engine ${values.engine})\n`);
}

await main();
