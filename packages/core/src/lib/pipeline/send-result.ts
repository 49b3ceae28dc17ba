import { HttpError } from "@armature/http";
import { createSerializer } from "@armature/schema";
import { sendWhole } from "../conditional/send-whole.ts";
import { FileBody } from "../context/file-body.ts";
import { Reply } from "../context/reply.ts";
import type { RequestContext } from "../context/request-context.ts";
import { StreamBody } from "../context/stream-body.ts";
import type { sendFile } from "../files/send-file.ts";
import { isThenable, type MaybePromise } from "../maybe-promise.ts";
import type { AnswerContract } from "./answer-contract.ts";
import { answerHead, BLOCKS } from "./answer-head.ts";
import { sendStream } from "./send-stream.ts";
import { sendWebResponse } from "./send-web-response.ts";

const anyJson = createSerializer();

/** Sends what a handler gave; throws, or rejects, where it cannot be sent and nothing was sent yet. */
export function sendResult(context: RequestContext, result: unknown): MaybePromise<void> {
  const contract = context.compiled.contract;
  if (result instanceof Reply) {
    if (result.isVersioned) takeVersion(context, result);
    if (contract !== null) return sendDeclared(context, result.status, result.body, result.fields);
    return result.format === "json"
      ? sendJson(context, result.status, result.body, result.fields)
      : sendBody(context, result.status, result.body, result.fields);
  }
  if (contract !== null)
    return sendDeclared(context, result === undefined ? contract.emptyStatus : 200, result, null);
  if (result === undefined) return sendNothing(context, 204, null);
  return sendBody(context, 200, result, null);
}

function takeVersion(context: RequestContext, { takesRanges }: Reply): void {
  context.isVersioned = true;
  context.takesRanges = takesRanges;
}

function sendDeclared(
  context: RequestContext,
  status: number,
  body: unknown,
  fields: readonly string[] | null,
): MaybePromise<void> {
  const contract = context.compiled.contract as AnswerContract; // the callers looked
  const text = contract.serialize(status, body);
  if (isThenable(text))
    return Promise.resolve(text).then((later) => sendText(context, status, later, fields));
  return sendText(context, status, text, fields);
}

function sendText(
  context: RequestContext,
  status: number,
  text: string | null,
  fields: readonly string[] | null,
): void {
  sendWhole(context, answerHead(context, status, text === null ? BLOCKS.none : BLOCKS.json, fields), text);
}

function sendNothing(context: RequestContext, status: number, fields: readonly string[] | null): void {
  context.exchange.respond(answerHead(context, status, BLOCKS.none, fields), null);
}

function sendJson(
  context: RequestContext,
  status: number,
  body: unknown,
  fields: readonly string[] | null,
): void {
  sendWhole(context, answerHead(context, status, BLOCKS.json, fields), anyJson.serialize(body));
}

function sendBody(
  context: RequestContext,
  status: number,
  body: unknown,
  fields: readonly string[] | null,
): MaybePromise<void> {
  switch (typeof body) {
    case "object":
      return body === null || isPlain(body)
        ? sendJson(context, status, body, fields)
        : sendObject(context, status, body, fields);
    case "string":
      return sendWhole(context, answerHead(context, status, BLOCKS.text, fields), body);
    case "number":
    case "boolean":
      return sendJson(context, status, body, fields);
    case "undefined":
      return sendNothing(context, status, fields);
    default:
      throw unsendable(context, typeof body);
  }
}

function isPlain(body: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(body);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

function sendObject(
  context: RequestContext,
  status: number,
  body: object,
  fields: readonly string[] | null,
): MaybePromise<void> {
  if (body instanceof Uint8Array)
    return sendWhole(context, answerHead(context, status, BLOCKS.bytes, fields), body);
  if (body instanceof ArrayBuffer) return sendObject(context, status, new Uint8Array(body), fields);
  if (ArrayBuffer.isView(body)) {
    const { buffer, byteOffset, byteLength } = body;
    return sendObject(context, status, new Uint8Array(buffer, byteOffset, byteLength), fields);
  }
  if (body instanceof FileBody) return sendFileLater(context, status, body, fields);
  if (body instanceof StreamBody) return sendStream(context, status, body, fields);
  if (body instanceof Response) return sendWebResponse(context, body);
  if (body instanceof ReadableStream || Symbol.asyncIterator in body) {
    // Both are what StreamSource names; the elements are checked as they come.
    return sendStream(context, status, new StreamBody(body as AsyncIterable<Uint8Array>, {}), fields);
  }
  if (body instanceof Blob) return sendBlob(context, status, body, fields);
  return sendJson(context, status, body, fields);
}

function sendBlob(
  context: RequestContext,
  status: number,
  blob: Blob,
  fields: readonly string[] | null,
): MaybePromise<void> {
  const ranges = (first: number, last: number): ReadableStream<Uint8Array> =>
    blob.slice(first, last + 1).stream();
  const options = { length: blob.size, ranges, ...(blob.type === "" ? {} : { type: blob.type }) };
  return sendStream(context, status, new StreamBody(blob.stream(), options), fields);
}

/** Loaded on first use, so that runtimes without a file system can do without. */
let files: Promise<{ readonly sendFile: typeof sendFile }> | undefined;

async function sendFileLater(
  context: RequestContext,
  status: number,
  body: FileBody,
  fields: readonly string[] | null,
): Promise<void> {
  const module = await (files ??= import("../files/send-file.ts"));
  await module.sendFile(context, status, body, fields);
}

function unsendable(context: RequestContext, type: string): HttpError {
  const { method, path, name } = context.route;
  return new HttpError(
    500,
    "E_RESULT_TYPE",
    `${method} ${path} (${name}) returned a ${type}; return an object, string, bytes, stream, async iterable, Response, reply(...) or nothing.`,
  );
}
