import { setTimeout as delay } from "node:timers/promises";
import { median, percentile, residentBytes, type Sample, watchLoad } from "@armature/cli/bench";
import type { Measured } from "../lib/measure-load.ts";
import { type ServerCommand, type ServerProcess, startServer } from "../lib/server-process.ts";
import type { BroadcastCase, Case, EchoCase, IdleCase } from "./cases.ts";
import { type ClientMessage, maskedFrame, readServerFrame, type ServerFrame } from "./client-frame.ts";
import { LoadProcess } from "./load-process.ts";
import type { LoadOrder, LoadReport } from "./load-order.ts";

/** How long each round loads a server, and with how many sockets where the case does not say it. */
export interface Times {
  readonly sockets: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

const SETTLE_MS = 1_000;
/** Sockets that are there first: they make code and pools that later ones share. */
const FIRST_SOCKETS = 100;

/** A server under load, and who loads it. */
class Bench implements AsyncDisposable {
  readonly server: ServerProcess;
  readonly load: LoadProcess;

  private constructor(server: ServerProcess) {
    this.server = server;
    this.load = new LoadProcess(server.port);
  }

  static async start(command: ServerCommand): Promise<Bench> {
    return new Bench(await startServer(command));
  }

  async connect(path: string, count: number, takesDeflate = false): Promise<void> {
    await this.load.do({ do: "connect", path, count, takesDeflate });
  }

  /** What comes back of a message. */
  async probe(message: ClientMessage): Promise<ServerFrame> {
    const { frame } = await this.load.do({ do: "probe", frame: toBase64(message) });
    const answer = readServerFrame(Buffer.from(frame, "base64"));
    if (answer === null) throw new Error("The answer is not complete.");
    return answer;
  }

  /** Does an order, and gives what it cost the server for each message. */
  async measure(order: LoadOrder): Promise<{ measured: Measured; report: LoadReport }> {
    const run = async (): Promise<LoadReport> => await this.load.do(order);
    const { report, usage } = await watchLoad(this.server.pid, run, [this.load.pid]);
    if (usage === null) throw new Error("This system does not tell what processes use.");
    const { user, system } = usage.cpu;
    const { messages, seconds, cpuSeconds } = report;
    const sample = {
      "CPU us/message": ((user + system) / messages) * 1e6,
      "of it user": (user / messages) * 1e6,
      "messages/s": Math.round(messages / seconds),
      "server busy %": Math.round(((user + system) / seconds) * 100),
      "load busy %": Math.round((cpuSeconds / seconds) * 100),
      "RSS MB": Math.round(usage.peakBytes / 1e6),
    };
    return { measured: { sample, foreignCores: usage.foreignCores }, report };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.load[Symbol.dispose]();
    await this.server.stop();
  }
}

/** What a server answers to the message of a case, as a text that those of other servers can be held against. */
export async function answerTo(command: ServerCommand, case_: Case): Promise<string> {
  await using bench = await Bench.start(command);
  if (case_.kind === "idle") return "";
  if (case_.kind === "echo") await bench.connect(case_.path, 1, case_.message.isCompressed);
  else {
    await bench.connect("/member", 1);
    await bench.connect("/speaker", 1);
  }
  return (await bench.probe(case_.message)).message;
}

/** Starts a server and measures it. */
export async function measureCase(command: ServerCommand, case_: Case, times: Times): Promise<Measured> {
  await using bench = await Bench.start(command);
  switch (case_.kind) {
    case "echo":
      return await measureEcho(bench, case_, times);
    case "broadcast":
      return await measureBroadcast(bench, case_, times);
    case "idle":
      return await measureIdle(bench, case_, times);
  }
}

async function measureEcho(
  bench: Bench,
  { path, message, depth = 1 }: EchoCase,
  { sockets, seconds, warmUpSeconds }: Times,
): Promise<Measured> {
  await bench.connect(path, sockets, message.isCompressed);
  const { bytes: answerBytes } = await bench.probe(message);
  const order = { do: "echo", frame: toBase64(message), depth, answerBytes } as const;
  await bench.load.do({ ...order, seconds: warmUpSeconds });
  const { measured } = await bench.measure({ ...order, seconds });
  return measured;
}

async function measureBroadcast(
  bench: Bench,
  { message, members }: BroadcastCase,
  { seconds, warmUpSeconds }: Times,
): Promise<Measured> {
  await bench.connect("/member", members);
  await bench.connect("/speaker", 1);
  const { bytes: answerBytes } = await bench.probe(message);
  const order = { do: "broadcast", frame: toBase64(message), answerBytes } as const;
  await bench.load.do({ ...order, seconds: warmUpSeconds });
  const { measured, report } = await bench.measure({ ...order, seconds });
  const last = {
    "last one p50 ms": median(report.lastMs),
    "last one p99 ms": percentile(report.lastMs, 0.99),
  };
  return { ...measured, sample: { ...measured.sample, ...last } };
}

/** What sockets cost that say nothing: memory, and the pings that find out whether they are there. */
async function measureIdle(bench: Bench, { sockets }: IdleCase, { seconds }: Times): Promise<Measured> {
  const { pid } = bench.server;
  await bench.connect("/idle", FIRST_SOCKETS);
  await delay(SETTLE_MS);
  const before = residentBytes(pid);
  await bench.connect("/idle", sockets);
  await delay(SETTLE_MS);
  const after = residentBytes(pid);
  const { measured, report } = await bench.measure({ do: "pong", seconds: Math.max(seconds, PING_SECONDS) });
  const sample: Sample = {
    "bytes/socket": Math.round((after - before) / sockets),
    "RSS MB": Math.round(after / 1e6),
    "CPU us/ping": measured.sample["CPU us/message"] ?? Number.NaN,
    "pings/s": Math.round(report.messages / report.seconds),
    "RSS MB with pings": Math.round(residentBytes(pid) / 1e6),
  };
  return { ...measured, sample };
}

/** In so long the slowest of the servers has pinged every socket. */
const PING_SECONDS = 9;

function toBase64(message: ClientMessage): string {
  return maskedFrame(message).toString("base64");
}
