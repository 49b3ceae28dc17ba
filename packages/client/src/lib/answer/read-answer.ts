import type { ProblemDetails } from "@armature/http";
import { ClientError } from "../client-error.ts";

/** An answer with its body read. */
export interface ReadAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly data: unknown;
  readonly problem: ProblemDetails | null;
  readonly headers: Headers;
  readonly response: Response;
}

/**
 * Reads the body of an answer by its media type.
 * @throws ClientError `E_CLIENT_JSON` where a successful answer says it is JSON and is not
 */
export async function readAnswer(route: string, method: string, response: Response): Promise<ReadAnswer> {
  const { status, headers } = response;
  if (status < 400) {
    const data = await readData(route, method, response);
    return { ok: true, status, data, problem: null, headers, response };
  }
  const { problem, data } = await readError(method, response);
  return { ok: false, status, data, problem, headers, response };
}

async function readData(route: string, method: string, response: Response): Promise<unknown> {
  if (!hasBody(method, response)) return undefined;
  const type = mediaTypeOf(response);
  if (isJson(type)) return parseJson(route, await response.text(), response);
  if (isText(type)) return await response.text();
  const bytes = new Uint8Array(await response.arrayBuffer());
  return bytes.length === 0 && type === "" ? undefined : bytes;
}

/** Neither may have one (RFC 9110, 6.4.1). */
function hasBody(method: string, { body, status }: Response): boolean {
  return method !== "HEAD" && body !== null && status !== 204 && status !== 205 && status !== 304;
}

/** The media type without parameters, in lower case; "" where there is none. */
export function mediaTypeOf({ headers }: Response): string {
  return (headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function isJson(type: string): boolean {
  return type === "application/json" || type === "text/json" || type.endsWith("+json");
}

const TEXTS = new Set([
  "application/x-ndjson",
  "application/jsonl",
  "application/xml",
  "application/javascript",
  "application/x-www-form-urlencoded",
]);

function isText(type: string): boolean {
  return type.startsWith("text/") || type.endsWith("+xml") || TEXTS.has(type);
}

function parseJson(route: string, text: string, response: Response): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const what = text === "" ? "nothing" : JSON.stringify(text.slice(0, EXCERPT_CHARS));
    throw new ClientError(
      "E_CLIENT_JSON",
      `${route} was answered ${response.status} with a body that should be JSON (got ${what}).`,
      { cause, response },
    );
  }
}

/** Enough to know a page of a proxy when one sees it. */
const EXCERPT_CHARS = 80;

/** An error is told whatever form its body has. */
async function readError(
  method: string,
  response: Response,
): Promise<{ readonly problem: ProblemDetails; readonly data: unknown }> {
  if (!hasBody(method, response)) return { problem: foreign(response), data: undefined };
  const type = mediaTypeOf(response);
  if (!isJson(type) && !isText(type)) {
    return { problem: foreign(response), data: new Uint8Array(await response.arrayBuffer()) };
  }
  const text = await response.text();
  const value = isJson(type) ? parseLeniently(text) : text;
  if (type === "application/problem+json" && isObject(value)) {
    return { problem: { ...foreign(response), ...value }, data: undefined };
  }
  return { problem: foreign(response), data: text === "" ? undefined : value };
}

function parseLeniently(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is known of an error that is no problem document, as those of proxies. */
function foreign({ status, statusText }: Response): ProblemDetails {
  return {
    type: "about:blank",
    title: statusText || `Status ${status}`,
    status,
    code: "E_CLIENT_NO_PROBLEM",
  };
}
