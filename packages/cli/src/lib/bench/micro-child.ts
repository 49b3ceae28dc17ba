/**
 * Starts an application in this process, asks it in memory, and tells its parent what that took: `fork("micro-child.js", [ORDER])`.
 */
import { createApp, type Application } from "@armature/core";
import { loadSource, type SourcePlace } from "../inspect/load-source.ts";
import type { FirstAnswer } from "./first-answers.ts";
import type { Sample } from "./results.ts";
import type { Target } from "./targets.ts";

/** What the process is asked to do. */
export interface MicroOrder {
  readonly place: SourcePlace;
  readonly target: Target;
  readonly warmUpSeconds: number;
  /** 0 asks once, and measures nothing. */
  readonly seconds: number;
}

/** What it tells. */
export interface MicroOutcome {
  readonly answer: FirstAnswer;
  /** `null` where nothing was measured. */
  readonly sample: Sample | null;
}

const BATCH = 50;

const order = JSON.parse(process.argv[2] ?? "") as MicroOrder; // see run-micro.ts
const { root, options } = await loadSource(order.place);
const app = await createApp(root, options);
const outcome = await measure(app, order);
await app.close({ graceMs: 0 });
process.send?.(outcome, () => process.exit(0)); // whatever the application has open

async function measure(
  application: Application,
  { target, warmUpSeconds, seconds }: MicroOrder,
): Promise<MicroOutcome> {
  const once = async (): Promise<Answer> => await ask(application, target);
  const { status, bytes } = await once();
  const answer = { name: target.name, status, note: `${bytes} bytes` };
  if (seconds === 0) return { answer, sample: null };
  await repeat(once, warmUpSeconds);
  const start = performance.now();
  const before = process.cpuUsage();
  const requests = await repeat(once, seconds);
  const { user, system } = process.cpuUsage(before);
  const sample = {
    "CPU us/request": (user + system) / requests,
    "requests/s": Math.round(requests / ((performance.now() - start) / 1000)),
    "RSS MB": Math.round(process.memoryUsage.rss() / 1e5) / 10,
    "bytes/request": bytes,
  };
  return { answer, sample };
}

interface Answer {
  readonly status: number;
  /** Of its body. */
  readonly bytes: number;
}

async function ask({ fetch }: Application, { method, path, headers = {}, body }: Target): Promise<Answer> {
  const init = { method, headers, ...(body !== undefined && { body: String(body) }) };
  const response = await fetch(new Request(`http://localhost${path}`, init));
  return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
}

/** One after the other for so many seconds; gives how often. */
async function repeat(once: () => Promise<unknown>, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  while (performance.now() < end) {
    for (let at = 0; at < BATCH; at++) await once();
    count += BATCH;
  }
  return count;
}
