import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { FIELD_NAMES, METHODS } from "@armature/http";

const MANIFEST = join(import.meta.dirname, "../../../native/Cargo.toml");
const PROGRAM = join(import.meta.dirname, "../../../native/target/debug/examples/differ");

/** What a request may have for the parser in Rust. */
export interface WireLimits {
  readonly maxRequestLineBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxHeaderFields: number;
  readonly maxBodyBytes: number;
}

/** A request as a parser sees it; texts have one character per byte. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Whether the connection can be used again. */
  readonly keepsAlive: boolean;
}

/** What the parser in Rust makes of a connection: plain requests, and what it says of the bytes behind them. */
export interface WireOpinion {
  readonly requests: readonly WireRequest[];
  /** `closed`: the last request closes the connection, so that nothing behind it was looked at. */
  readonly rest: "partial" | "unsure" | "closed";
}

/** Why there is no parser in Rust to ask, in a few words; `null` where there is one. */
export function differFault(): string | null {
  if (spawnSync("cargo", ["--version"], { stdio: "ignore" }).status !== 0) return "there is no cargo";
  const fetched = spawnSync("cargo", ["fetch", "--quiet", "--manifest-path", MANIFEST], { stdio: "ignore" });
  return fetched.status === 0 ? null : "cargo cannot fetch its crates";
}

/** Builds the program that {@link Differ} asks. */
export function buildDiffer(): void {
  const args = [
    "build",
    "--quiet",
    "--manifest-path",
    MANIFEST,
    "-p",
    "armature-wire",
    "--example",
    "differ",
  ];
  const { status } = spawnSync("cargo", args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`cargo ${args.join(" ")} ended with ${status}.`);
}

/** The parser in Rust as a process that is asked about one connection after the other. */
export class Differ implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null> = spawn(PROGRAM, {
    stdio: ["pipe", "pipe", "inherit"],
  });
  #arrived: Buffer = Buffer.alloc(0);
  #wake: () => void = () => {};

  constructor() {
    this.#process.stdout.on("data", (bytes: Buffer) => {
      this.#arrived = Buffer.concat([this.#arrived, bytes]);
      this.#wake();
    });
    this.#process.once("close", () => this.#wake());
  }

  /**
   * Asks for all requests of a connection; answers come in the order of the questions, so ask one at a time.
   * @throws Error where the program ends
   */
  async ask(bytes: Buffer, limits: WireLimits): Promise<WireOpinion> {
    const { maxRequestLineBytes, maxHeaderBytes, maxHeaderFields, maxBodyBytes } = limits;
    const front = [maxRequestLineBytes, maxHeaderBytes, maxHeaderFields, maxBodyBytes, bytes.length];
    this.#process.stdin.write(Buffer.concat([Buffer.from(Uint32Array.from(front).buffer), bytes]));
    for (;;) {
      const opinion = readOpinion(this.#arrived, bytes);
      if (opinion !== null) {
        this.#arrived = Buffer.alloc(0);
        return opinion;
      }
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null)
      throw new Error(`The parser in Rust ended with ${this.#process.exitCode ?? this.#process.signalCode}.`);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const closed = once(this.#process, "close");
    this.#process.stdin.end();
    await closed;
  }
}

const VERDICTS = ["plain", "partial", "unsure"] as const;

/** Bytes of a record in front of the positions: verdict, three bytes, five numbers. */
const HEAD_BYTES = 24;

/** What the records say; `null` where some are missing. */
function readOpinion(records: Buffer, bytes: Buffer): WireOpinion | null {
  const requests: WireRequest[] = [];
  let start = 0;
  for (let at = 0; at < records.length;) {
    const verdict = VERDICTS[records.readUInt8(at)];
    if (verdict === undefined) throw new Error(`The parser in Rust says ${records.readUInt8(at)}.`);
    if (verdict !== "plain") return { requests, rest: verdict };
    const count = at + HEAD_BYTES <= records.length ? records.readUInt32LE(at + 20) : 0;
    const end = at + HEAD_BYTES + 17 * count;
    if (end > records.length || at + HEAD_BYTES > records.length) return null;
    const record = records.subarray(at, end);
    requests.push(readRequest(record, bytes.subarray(start)));
    if (record.readUInt8(3) === 0) return { requests, rest: "closed" };
    start += record.readUInt32LE(16);
    at = end;
  }
  return null;
}

function readRequest(record: Buffer, bytes: Buffer): WireRequest {
  const number = (at: number): number => record.readUInt32LE(at);
  const text = (at: number): string => bytes.toString("latin1", number(at), number(at + 4));
  const count = number(20);
  const fields = Array.from({ length: count }, (_, field) => {
    const at = HEAD_BYTES + 16 * field;
    return [text(at), text(at + 8)] as const;
  });
  for (const [field, [name]] of fields.entries())
    assertNumber(name, record.readUInt8(HEAD_BYTES + 16 * count + field));
  return {
    method: METHODS[record.readUInt8(1)] ?? "",
    version: `1.${record.readUInt8(2)}`,
    keepsAlive: record.readUInt8(3) === 1,
    target: text(4),
    body: text(12),
    fields,
  };
}

const NUMBERS: ReadonlyMap<string, number> = new Map(
  FIELD_NAMES.map((name, place) => [name.toLowerCase(), place + 1]),
);

function assertNumber(name: string, number: number): void {
  const wanted = NUMBERS.get(name.toLowerCase()) ?? 0;
  if (number !== wanted) throw new Error(`"${name}" has the number ${number} instead of ${wanted}.`);
}
