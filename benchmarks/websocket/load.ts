/** The load, in a process of its own: does what it is told over IPC; its argument is the port of the server. */
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "./client.ts";
import { PONG, readServerFrame } from "./client-frame.ts";
import type { LoadOrder, LoadReply, LoadReport } from "./load-order.ts";

type Order<TDo extends LoadOrder["do"]> = Extract<LoadOrder, { do: TDo }>;
/** What an order gives, beside what is measured of all. */
type Outcome = Partial<Pick<LoadReport, "messages" | "lastMs" | "frame">>;

/** How many connect at a time: fewer than wait in a listener's backlog. */
const AT_ONCE = 100;
const PROBE_MS = 5_000;

const port = Number(process.argv[2]);
const clients: Client[] = [];

async function run(order: LoadOrder): Promise<Outcome> {
  switch (order.do) {
    case "connect":
      return await open(order);
    case "probe":
      return await probe(order);
    case "echo":
      return await echo(order);
    case "broadcast":
      return await broadcast(order);
    case "pong":
      return await answerPings(order);
  }
}

async function open({ path, count, takesDeflate }: Order<"connect">): Promise<Outcome> {
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - opened) }, () =>
      Client.open(port, path, takesDeflate),
    );
    clients.push(...(await Promise.all(some)));
  }
  return {};
}

async function probe({ frame }: Order<"probe">): Promise<Outcome> {
  const got = Promise.withResolvers<Buffer>();
  const timer = setTimeout(() => got.reject(new Error("No message came back.")), PROBE_MS);
  for (const client of clients) {
    let bytes: Buffer = Buffer.alloc(0);
    client.take = (length, read) => {
      bytes = Buffer.concat([bytes, read.subarray(0, length)]);
      if (readServerFrame(bytes) !== null) got.resolve(bytes);
    };
  }
  clients.at(-1)?.send(Buffer.from(frame, "base64"));
  const answer = await got.promise;
  clearTimeout(timer);
  // The others have theirs a moment later.
  await delay(50);
  return { frame: answer.toString("base64") };
}

async function echo({ frame, depth, answerBytes, seconds }: Order<"echo">): Promise<Outcome> {
  const batch = Buffer.concat(Array.from({ length: depth }, () => Buffer.from(frame, "base64")));
  const wanted = depth * answerBytes;
  const end = performance.now() + seconds * 1000;
  let messages = 0;
  let busy = clients.length;
  await new Promise<void>((resolve, reject) => {
    for (const client of clients) {
      let received = 0;
      client.take = (length) => {
        received += length;
        if (received < wanted) return;
        if (received > wanted) return reject(new Error(`${received} bytes came in place of ${wanted}.`));
        received = 0;
        messages += depth;
        if (performance.now() < end) client.send(batch);
        else if (--busy === 0) resolve();
      };
      client.send(batch);
    }
  });
  return { messages };
}

async function broadcast({ frame, answerBytes, seconds }: Order<"broadcast">): Promise<Outcome> {
  const bytes = Buffer.from(frame, "base64");
  const speaker = clients.at(-1);
  const wanted = (clients.length - 1) * answerBytes;
  const end = performance.now() + seconds * 1000;
  const lastMs: number[] = [];
  await new Promise<void>((resolve, reject) => {
    let received = 0;
    let sentAt = performance.now();
    const take = (length: number): void => {
      received += length;
      if (received < wanted) return;
      if (received > wanted) return reject(new Error(`${received} bytes came in place of ${wanted}.`));
      const now = performance.now();
      lastMs.push(now - sentAt);
      if (now >= end) return resolve();
      received = 0;
      sentAt = now;
      speaker?.send(bytes);
    };
    for (const client of clients) client.take = take;
    speaker?.send(bytes);
  });
  return { messages: lastMs.length * (clients.length - 1), lastMs };
}

/** Pings of servers have no payload, so each is two bytes. */
async function answerPings({ seconds }: Order<"pong">): Promise<Outcome> {
  let messages = 0;
  for (const client of clients)
    client.take = (length) => {
      messages += length >> 1;
      client.send(PONG);
    };
  await delay(seconds * 1000);
  return { messages };
}

async function measured(order: LoadOrder): Promise<LoadReport> {
  const start = performance.now();
  const before = process.cpuUsage();
  const outcome = await run(order);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - start) / 1000;
  return { messages: 0, lastMs: [], frame: "", ...outcome, seconds, cpuSeconds: (user + system) / 1e6 };
}

async function reply(order: LoadOrder): Promise<LoadReply> {
  try {
    return { report: await measured(order) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

process.on("message", (order: LoadOrder) => void reply(order).then((answer) => process.send?.(answer)));
process.once("disconnect", () => process.exit(0));
