import cluster from "node:cluster";
import { once } from "node:events";
import type { AppListenOptions } from "armature";
import { armature } from "armature";

/** What the listen tests ask of this program; its first argument, as JSON. */
export interface ListenProgram {
  readonly options: AppListenOptions;
  /** Workers of a cluster; 0 listens in this process. */
  readonly workers: number;
  /** Whether the parent sends a server, to be listened on. */
  readonly takesHandle: boolean;
}

const program = JSON.parse(process.argv[2] ?? "{}") as ListenProgram; // the tests start it, and nobody else

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function listen(): Promise<void> {
  const [, handle] = program.takesHandle ? ((await once(process, "message")) as [string, object]) : []; // as the test sends it
  const app = armature()
    .get("/", () => `pid ${process.pid}`)
    .get("/peer", ({ request: { peer } }) => ({ peer }));
  const { url } = await app.listen({
    ...program.options,
    ...(handle === undefined ? {} : { handle }),
    signals: ["SIGTERM"],
  });
  say(`ready ${url}`);
}

if (program.workers > 0 && cluster.isPrimary) {
  for (let count = 0; count < program.workers; count++) cluster.fork();
  process.once("SIGTERM", () => cluster.disconnect());
} else {
  await listen();
}
