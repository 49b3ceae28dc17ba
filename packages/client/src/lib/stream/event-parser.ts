import { ClientError } from "../client-error.ts";
import { LineSplitter, MAX_LINE_CHARS } from "./line-splitter.ts";

/** An event of a server (HTML, 9.2). */
export interface ServerEvent<TData = string> {
  /** What kind of event it is. Default "message". */
  readonly type: string;
  readonly data: TData;
  /** The id of this event, or of the last one that had one; "" where none had. */
  readonly id: string;
}

/** Reads `text/event-stream` in pieces as the HTML standard says, 9.2.6; knows nothing of connections. */
export class EventParser {
  readonly #lines = new LineSplitter();
  #type = "";
  #data: string[] = [];
  #dataChars = 0;
  #id: string;
  #retryMs: number | null = null;

  /** @param lastEventId what an earlier connection ended with */
  constructor(lastEventId = "") {
    this.#id = lastEventId;
  }

  /** The last id that was sent; a new connection asks for what came behind it. */
  get lastEventId(): string {
    return this.#id;
  }

  /** Milliseconds that the server asks to wait before a new connection; `null` where it said nothing. */
  get retryMs(): number | null {
    return this.#retryMs;
  }

  /** Takes a piece and gives the events that end in it; one that never ends is lost, as the standard wants. */
  push(piece: string): ServerEvent[] {
    return this.#lines.push(piece).flatMap((line) => this.#readLine(line));
  }

  #readLine(line: string): ServerEvent[] {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === -1) this.#setField(line, "");
    else if (colon > 0) this.#setField(line.slice(0, colon), withoutSpace(line.slice(colon + 1)));
    return [];
  }

  #setField(name: string, value: string): void {
    if (name === "data") this.#addData(value);
    else if (name === "event") this.#type = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^\d+$/.test(value)) this.#retryMs = Number(value);
  }

  #addData(line: string): void {
    this.#data.push(line);
    this.#dataChars += line.length;
    if (this.#dataChars <= MAX_LINE_CHARS) return;
    throw new ClientError(
      "E_CLIENT_LINE_TOO_LONG",
      `An event has more than ${MAX_LINE_CHARS} characters of data.`,
    );
  }

  #dispatch(): ServerEvent[] {
    const [data, type] = [this.#data, this.#type];
    this.#data = [];
    this.#dataChars = 0;
    this.#type = "";
    return data.length === 0 ? [] : [{ type: type || "message", data: data.join("\n"), id: this.#id }];
  }
}

function withoutSpace(value: string): string {
  return value.startsWith(" ") ? value.slice(1) : value;
}
