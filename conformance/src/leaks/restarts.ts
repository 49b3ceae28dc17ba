import { CERTIFICATE } from "../engines.ts";
import { CensusTaker, type Census } from "./census.ts";
import { keptApp } from "./kept-app.ts";
import { HTTP2_LIVES, LIVES } from "./lives.ts";

/** What is there before and after an application was started and stopped so often. */
export interface RestartReport {
  readonly before: Census;
  readonly after: Census;
}

/** What clients do while each of the applications runs. */
const DONE = [
  "a request-scoped controller",
  "a form",
  "an upload that is cut",
  "a stream of events",
  "a socket that is closed",
  "a member of a room that is cut",
];
const census = new CensusTaker();

async function runOnce(isSecure: boolean): Promise<void> {
  const { builder } = keptApp({ handlerTimeoutMs: 100 });
  const app = await builder.ready();
  census.show(builder);
  census.show(app);
  const { key, cert } = CERTIFICATE;
  const { port } = await app.listen(isSecure ? { port: 0, tls: { key, cert } } : { port: 0 });
  const place = { port, isSecure };
  for (const name of DONE) await LIVES[name]?.(place);
  if (isSecure) for (const life of Object.values(HTTP2_LIVES)) await life(place);
  await app.fetch(new Request("http://localhost/noted"));
  await app.close({ graceMs: 1_000 });
}

async function runOften(times: number): Promise<void> {
  for (let at = 0; at < times; at++) await runOnce(at % 2 === 1);
}

/** Looks, and milliseconds between two, before what keeps the loop alive is taken to stay. */
const LOOKS = 100;
const LOOK_MS = 50;

/** Waits until nothing more keeps the loop alive than before: what has ended is told so in turns that nobody waits for. */
async function rest(most: number): Promise<void> {
  for (let look = 0; look < LOOKS && process.getActiveResourcesInfo().length > most; look++)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

const idle = process.getActiveResourcesInfo().length;
await runOften(10);
await rest(idle);
const before = census.takeAll();
await runOften(Number(process.argv[2]));
await rest(idle);
const after = census.takeAll();
process.stdout.write(JSON.stringify({ before, after } satisfies RestartReport));
