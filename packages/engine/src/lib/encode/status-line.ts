import { HttpError, statusText } from "@armature/http";

const lines: string[] = [];
for (let status = 0; status < 600; status++) {
  lines.push(status < 100 ? "" : `HTTP/1.1 ${status} ${statusText(status)}\r\n`);
}

/**
 * The status line of a final answer (RFC 9112, 4); always HTTP/1.1, which is the version of the server.
 * @throws HttpError `E_STATUS_INVALID` for a status that no final answer has
 */
export function statusLine(status: number): string {
  const line = status >= 200 ? lines[status] : undefined;
  if (line === undefined) {
    throw new HttpError(
      500,
      "E_STATUS_INVALID",
      `The status of an answer must be between 200 and 599 (got ${status}).`,
    );
  }
  return line;
}

/** The status line of an interim answer, 102 to 199. */
export function interimLine(status: number): string {
  return lines[status] as string; // filled above
}

/** The status line of 101, which only an upgrade sends. */
export const SWITCHING_PROTOCOLS: string = lines[101] as string; // filled above

/** The interim answer that asks for the body (RFC 9110, 15.2.1). */
export const CONTINUE: string = `${lines[100]}\r\n`;
