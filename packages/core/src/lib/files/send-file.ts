import { lookup } from "mrmime";
import {
  formatHttpDate,
  hasField,
  HeaderBlock,
  HttpError,
  serializeContentDisposition,
  serializeEtag,
  type BodyWriter,
  type ByteRange,
} from "@armature/http";
import type { FileBody, FileOptions } from "../context/file-body.ts";
import type { RequestContext } from "../context/request-context.ts";
import { layOutParts, typeOf, type ByteParts } from "../conditional/byte-parts.ts";
import { conditionalAnswer, type ConditionalAnswer } from "../conditional/conditional-answer.ts";
import { respondOtherwise } from "../conditional/respond-otherwise.ts";
import { fieldsOf, versionOf } from "../conditional/version-fields.ts";
import { answerHead, joinFields } from "../pipeline/answer-head.ts";
import { cutAnswer } from "../pipeline/cut-answer.ts";
import { openBelow, openFile, type OpenFile } from "./open-file.ts";

const CHUNK_BYTES = 64 * 1024;
const NOTHING = new Uint8Array(0);

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
  const { root, dotfiles = false } = options;
  const file = root === undefined ? await openFile(path) : await openBelow(root, path, dotfiles);
  return file === "folder" ? null : file;
}

async function sendOpenFile(sending: Sending): Promise<void> {
  const { context, status, file, body } = sending;
  const size = Number(file.stats.size);
  const own = joinFields(typeFields(context, body), versionFields(context, file, body.options));
  const fields = fieldsOf(
    answerHead(context, status, HeaderBlock.empty, joinFields(own, sending.replyFields)),
  );
  // Conditions and ranges are about what a plain 200 would give (RFC 9110, 13.2.1 and 14.2).
  const answer: ConditionalAnswer =
    status === 200 ? conditionalAnswer(context.exchange, { ...versionOf(fields), size }) : { kind: "whole" };
  if (respondOtherwise(context, answer, fields, size)) return;
  if (answer.kind !== "parts") {
    const parts = {
      fields,
      parts: [{ preamble: NOTHING, range: { first: 0, last: size - 1 } }],
      end: NOTHING,
    };
    return await sendParts(sending, status, { ...parts, length: size });
  }
  context.status = 206;
  await sendParts(sending, 206, layOutParts(answer.ranges, { fields, size, type: typeOf(fields) }));
}

function versionFields(
  context: RequestContext,
  { stats }: OpenFile,
  { cacheControl }: FileOptions,
): string[] {
  const value = `${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}`;
  return [
    "etag",
    serializeEtag({ value, weak: false }),
    "last-modified",
    formatHttpDate(new Date(Number(stats.mtimeMs))),
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

async function sendParts({ context, file }: Sending, status: number, parts: ByteParts): Promise<void> {
  const { exchange } = context;
  if (exchange.answered) return;
  const head = { status, block: HeaderBlock.empty, fields: parts.fields };
  const writer = exchange.stream(head, parts.length);
  if (exchange.method === "HEAD") return writer.end();
  try {
    for (const { preamble, range } of parts.parts) {
      writer.write(preamble);
      await copyBytes(file, range, writer);
    }
    writer.write(parts.end);
    writer.end();
  } catch (error) {
    cutAnswer(context, writer, error);
    throw error;
  }
}

/**
 * Has the engine send what it can without reading it. What is left is read and written, a piece at a time, and waits while the client
 * is slower: never more than a piece beyond the high-water mark.
 */
async function copyBytes(
  { handle }: OpenFile,
  { first, last }: ByteRange,
  writer: BodyWriter,
): Promise<void> {
  for (let at = first; at <= last && !writer.closed;) {
    at += (await writer.writeFile?.({ fd: handle.fd, start: at, length: last - at + 1 })) ?? 0;
    if (at > last || writer.closed) return;
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, last - at + 1));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    // Cut off while it was read: the announced length cannot be met.
    if (bytesRead === 0)
      throw new HttpError(500, "E_FILE_READ", "The file became shorter while it was sent.");
    if (!writer.write(buffer.subarray(0, bytesRead))) await writer.drained();
    at += bytesRead;
  }
}
