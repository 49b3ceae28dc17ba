import { DEFAULT_LIMITS, HeaderList, type Limits } from "@armature/http";
import { RequestParser, Step } from "./request-parser.ts";

/** What a parser made of one request. */
export interface ParsedRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly fields: (readonly [name: string, value: string])[];
  /** close, keep-alive, upgrade, continue, chunked: what the fields say. */
  readonly says: readonly string[];
  body: string;
  complete: boolean;
}

/** What a parser made of all bytes. */
export interface Parsed {
  readonly requests: ParsedRequest[];
  readonly fault: string | null;
  /** Whether a head has begun and is not complete. */
  readonly inHead: boolean;
}

/** A parser at work, and what it made of the bytes so far. */
export class Parsing {
  readonly #parser: RequestParser;
  readonly #requests: ParsedRequest[] = [];
  #fault: string | null = null;

  constructor(limits: Partial<Limits> = {}) {
    this.#parser = new RequestParser({ ...DEFAULT_LIMITS, ...limits });
  }

  get parsed(): Parsed {
    const fault = this.#fault;
    return { requests: this.#requests, fault, inHead: fault === null && this.#parser.inHead };
  }

  /** Takes bytes in a buffer that is overwritten afterwards, as read buffers are. */
  feed(piece: Buffer = Buffer.alloc(0)): void {
    if (this.#fault !== null) return;
    const bytes = Buffer.from(piece);
    this.#parser.feed(bytes, bytes.length);
    this.#fault = takeSteps(this.#parser, bytes, this.#requests);
    bytes.fill("X");
  }
}

/** What a parser makes of pieces that come one after the other. */
export function parsePieces(pieces: readonly Buffer[], limits: Partial<Limits> = {}): Parsed {
  const parsing = new Parsing(limits);
  for (const piece of pieces) parsing.feed(piece);
  return parsing.parsed;
}

/** What a parser makes of a text of one character per byte. */
export function parseText(text: string, limits: Partial<Limits> = {}): Parsed {
  return parsePieces([Buffer.from(text, "latin1")], limits);
}

/** Cuts bytes at positions, which need not be in order. */
export function cut(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const sorted = [0, ...positions.filter((at) => at <= bytes.length).toSorted((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, at) => bytes.subarray(sorted[at], end));
}

function takeSteps(parser: RequestParser, bytes: Buffer, requests: ParsedRequest[]): string | null {
  for (;;) {
    const step = parser.next();
    const last = requests.at(-1);
    if (step === Step.more) return null;
    if (step === Step.fault) return parser.fault?.code ?? "no fault";
    if (step === Step.head) requests.push(requestOf(parser));
    else if (last === undefined) throw new Error("a body without a head");
    else if (step === Step.data) last.body += bytes.toString("latin1", parser.dataStart, parser.dataEnd);
    else last.complete = true;
  }
}

function requestOf(parser: RequestParser): ParsedRequest {
  const { head, headBytes, headStart, headEnd, hasBody } = parser;
  const text = headBytes.toString("latin1", headStart, headEnd);
  const list = HeaderList.fromWire(text, head.positions.slice(0, 4 * head.fieldCount));
  return {
    method: head.method,
    target: text.slice(head.targetStart, head.targetEnd),
    version: `1.${head.minorVersion}`,
    fields: [...list.raw()],
    says: saidBy(parser),
    body: "",
    complete: !hasBody,
  };
}

function saidBy({ head: { framing } }: RequestParser): string[] {
  const { close, keepAlive, upgrade, expectsContinue, chunked } = framing;
  const flags = { close, "keep-alive": keepAlive, upgrade, continue: expectsContinue, chunked };
  return Object.entries(flags).flatMap(([name, said]) => (said ? [name] : []));
}
