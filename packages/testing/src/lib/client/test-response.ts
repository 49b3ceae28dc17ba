import { PROBLEM_MEDIA_TYPE, statusText, type HeaderList, type ProblemDetails } from "@armature/http";
import type { WireResponse } from "./response-reader.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * A whole answer.
 *
 * @example
 * const response = await app.get("/users/7");
 * assert.equal(response.status, 404);
 * assert.equal(response.problem.code, "E_USER_UNKNOWN");
 */
export class TestResponse {
  readonly status: number;
  readonly headers: HeaderList;
  /** The body as it came. */
  readonly bytes: Uint8Array;

  constructor({ status, headers, body }: WireResponse) {
    this.status = status;
    this.headers = headers;
    this.bytes = body;
  }

  /** The body as text. @throws TypeError where it is not UTF-8 */
  text(): string {
    return utf8.decode(this.bytes);
  }

  /** The body as JSON. @throws SyntaxError where it is none */
  json(): unknown {
    return JSON.parse(this.text());
  }

  /** The problem details of an error (RFC 9457). @throws TypeError where the answer has none */
  get problem(): ProblemDetails {
    const type = this.headers.get("content-type");
    if (type !== PROBLEM_MEDIA_TYPE)
      throw new TypeError(
        `The answer ${this.status} has no problem details (got ${type ?? "no content-type"}).`,
      );
    return this.json() as ProblemDetails; // its media type says so
  }

  /** The values of the cookies that the answer sets, by name. */
  get cookies(): Readonly<Record<string, string>> {
    const pairs = this.headers.getAll("set-cookie").map((line) => /^([^=]*)=([^;]*)/.exec(line));
    return Object.fromEntries(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1], pair[2]]])));
  }

  /** The answer as it is read by people, for messages. */
  toString(): string {
    const fields = [...this.headers.raw()].map(([name, value]) => `${name}: ${value}`);
    return [`${this.status} ${statusText(this.status)}`.trim(), ...fields, "", this.#bodyText()].join("\n");
  }

  #bodyText(): string {
    try {
      return this.text();
    } catch {
      return `(${this.bytes.byteLength} bytes that are no text)`;
    }
  }
}
