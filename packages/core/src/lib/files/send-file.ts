import { lookup } from "mrmime";
import {
  formatHttpDate,
  hasField,
  HeaderBlock,
  HttpError,
  serializeContentDisposition,
  serializeContentRange,
  serializeEtag,
  type BodyWriter,
  type ByteRange,
  type Etag,
  type Exchange,
  type ResponseHead,
} from "@armature/http";
import type { FileBody, FileOptions } from "../context/file-body.ts";
import type { RequestContext } from "../context/request-context.ts";
import { answerHead, joinFields } from "../pipeline/answer-head.ts";
import { findBelow, openFile, type OpenFile } from "./open-file.ts";
import { fileAnswer, type FileAnswer, type FileVersion } from "./preconditions.ts";

const CHUNK_BYTES = 64 * 1024;

/** A file on its way out. */
interface Sending {
  readonly context: RequestContext;
  readonly status: number;
  readonly file: OpenFile;
  readonly body: FileBody;
  readonly replyFields: readonly string[];
}

/** Sends a file with its type and version, honouring conditions and a range; answers 404 where it is not there. */
export async function sendFile(
  context: RequestContext,
  status: number,
  body: FileBody,
  replyFields: readonly string[] | null,
): Promise<void> {
  const file = await openBody(body);
  if (file === null) throw new HttpError(404, "E_FILE_NOT_FOUND", "There is no such file.");
  try {
    await sendOpenFile({ context, status, file, body, replyFields: replyFields ?? [] });
  } finally {
    await file.handle.close();
  }
}

async function openBody({ path, options }: FileBody): Promise<OpenFile | null> {
  const found =
    options.root === undefined ? path : await findBelow(options.root, path, options.dotfiles ?? false);
  const file = found === null ? null : await openFile(found);
  return file === "folder" ? null : file;
}

async function sendOpenFile(sending: Sending): Promise<void> {
  const { context, status, file, body } = sending;
  const version = versionOf(file);
  const fields = joinFields(versionFields(context, version, body.options), sending.replyFields);
  // Conditions and ranges are about what a plain 200 would give (RFC 9110, 13.2.1 and 14.2).
  const answer: FileAnswer = status === 200 ? fileAnswer(context.exchange, version) : { kind: "whole" };
  switch (answer.kind) {
    case "precondition-failed":
      throw new HttpError(
        412,
        "E_PRECONDITION_FAILED",
        "The file is not the version that the request asks for.",
      );
    case "range-not-satisfiable":
      throw new HttpError(416, "E_RANGE_NOT_SATISFIABLE", `The file has ${version.size} bytes.`, {
        headers: { "content-range": serializeContentRange(null, version.size) },
      });
    case "not-modified":
      return context.exchange.respond(answerHead(context, 304, HeaderBlock.empty, fields), null);
    case "whole": {
      const head = answerHead(
        context,
        status,
        HeaderBlock.empty,
        joinFields(typeFields(context, body), fields),
      );
      return await sendBytes(context.exchange, head, file, { first: 0, last: version.size - 1 });
    }
    case "part": {
      const range = ["content-range", serializeContentRange(answer.range, version.size)];
      const head = answerHead(
        context,
        206,
        HeaderBlock.empty,
        joinFields([...typeFields(context, body), ...range], fields),
      );
      return await sendBytes(context.exchange, head, file, answer.range);
    }
  }
}

function versionOf({ stats }: OpenFile): FileVersion {
  const etag: Etag = { value: `${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}`, weak: false };
  return { etag, modifiedMs: Number(stats.mtimeMs), size: Number(stats.size) };
}

function versionFields(
  context: RequestContext,
  { etag, modifiedMs }: FileVersion,
  { cacheControl }: FileOptions,
): string[] {
  return [
    "etag",
    serializeEtag(etag),
    "last-modified",
    formatHttpDate(new Date(modifiedMs)),
    "accept-ranges",
    "bytes",
    ...fieldOrDefault(context, "cache-control", cacheControl, "public, max-age=0"),
  ];
}

/** What the file says, else what a stage has set, else the default. */
function fieldOrDefault(
  { fields }: RequestContext,
  name: string,
  value: string | undefined,
  otherwise: string,
): string[] {
  if (value !== undefined) return [name, value];
  return fields !== null && hasField(fields, name) ? [] : [name, otherwise];
}

function typeFields(context: RequestContext, { path, options }: FileBody): string[] {
  const fields = fieldOrDefault(context, "content-type", options.type, mediaTypeOf(path));
  if (options.download === undefined) return fields;
  return [...fields, "content-disposition", serializeContentDisposition("attachment", options.download)];
}

function mediaTypeOf(path: string): string {
  const type = lookup(path) ?? "application/octet-stream";
  return type.startsWith("text/") || type === "application/javascript" ? `${type}; charset=utf-8` : type;
}

async function sendBytes(
  exchange: Exchange,
  head: ResponseHead,
  file: OpenFile,
  range: ByteRange,
): Promise<void> {
  if (exchange.answered) return;
  const writer = exchange.stream(head, range.last - range.first + 1);
  if (exchange.method === "HEAD") return writer.end();
  try {
    await copyBytes(file, range, writer);
  } catch (error) {
    writer.abort();
    throw error;
  }
}

/** Reads a piece, writes it, and waits while the client is slower: never more than a piece beyond the high-water mark. */
async function copyBytes(
  { handle }: OpenFile,
  { first, last }: ByteRange,
  writer: BodyWriter,
): Promise<void> {
  for (let at = first; at <= last && !writer.closed;) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, last - at + 1));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    // Cut off while it was read: the announced length cannot be met.
    if (bytesRead === 0)
      throw new HttpError(500, "E_FILE_READ", "The file became shorter while it was sent.");
    if (!writer.write(buffer.subarray(0, bytesRead))) await writer.drained();
    at += bytesRead;
  }
  writer.end();
}
