import type { AnswerBody } from "../route/route-schemas.ts";
import type { AnswerStatus, BodylessStatus, CheckedStatus } from "../route/answer-status.ts";
import { FileBody, type FileOptions } from "./file-body.ts";
import { Reply } from "./reply.ts";
import { StreamBody, type StreamOptions, type StreamSource } from "./stream-body.ts";

/** The statuses of a redirect (RFC 9110, 15.4). */
export type RedirectStatus = 301 | 302 | 303 | 307 | 308;

/** Makes replies; knows which statuses and bodies the route declares. */
export type ReplyFactory<TResponses = undefined> = (TResponses extends undefined
  ? AnyReplyCall
  : DeclaredReplyCall<TResponses>) &
  ReplyHelpers;

/** `reply(status, body)` where the route declares no answers. */
export interface AnyReplyCall {
  <const TStatus extends number>(status: CheckedStatus<TStatus, AnswerStatus>): Reply<TStatus, undefined>;
  <const TStatus extends number, TBody>(
    status: CheckedStatus<TStatus, Exclude<AnswerStatus, BodylessStatus>>,
    body: TBody,
  ): Reply<TStatus, TBody>;
}

/** `reply(status, body)` where the route declares its answers. */
export type DeclaredReplyCall<TResponses> = <const TStatus extends keyof TResponses & number>(
  status: TStatus,
  ...body: AnswerBody<TResponses[TStatus]> extends undefined ? [] : [body: AnswerBody<TResponses[TStatus]>]
) => Reply<TStatus, AnswerBody<TResponses[TStatus]>>;

/** Replies of a kind. */
export interface ReplyHelpers {
  /** Sends the client elsewhere. Default status 302. */
  redirect<const TStatus extends RedirectStatus = 302>(
    location: string,
    status?: TStatus,
  ): Reply<TStatus, undefined>;
  /** Plain text in UTF-8. Default status 200. */
  text<const TStatus extends number = 200>(text: string, status?: TStatus): Reply<TStatus, string>;
  /** HTML in UTF-8. Default status 200. The caller escapes what it puts in. */
  html<const TStatus extends number = 200>(html: string, status?: TStatus): Reply<TStatus, string>;
  /** JSON, also of a string. Default status 200. */
  json<TBody, const TStatus extends number = 200>(body: TBody, status?: TStatus): Reply<TStatus, TBody>;
  /** A file with its type, ETag, conditional and range requests; 404 where it is not there. Needs a file system. */
  file(path: string, options?: FileOptions): Reply<200, FileBody>;
  /** A body piece by piece; bytes, or strings sent as UTF-8. */
  stream(source: StreamSource, options?: StreamOptions): Reply<200, StreamBody>;
}

function makeReply<TStatus extends number, TBody>(
  status: TStatus,
  body?: TBody,
): Reply<TStatus, TBody | undefined> {
  return new Reply(status, body);
}

const helpers: ReplyHelpers = {
  // The defaults below are the type parameters' own defaults, so each cast only says so.
  redirect: <TStatus extends RedirectStatus = 302>(location: string, status?: TStatus) =>
    new Reply((status ?? 302) as TStatus, undefined).header("location", toLocation(location)),
  text: <TStatus extends number = 200>(text: string, status?: TStatus) =>
    new Reply((status ?? 200) as TStatus, text).type("text/plain; charset=utf-8"),
  html: <TStatus extends number = 200>(html: string, status?: TStatus) =>
    new Reply((status ?? 200) as TStatus, html).type("text/html; charset=utf-8"),
  json: <TBody, TStatus extends number = 200>(body: TBody, status?: TStatus) =>
    new Reply((status ?? 200) as TStatus, body, "json"),
  file: (path, options) => new Reply(200, new FileBody(path, options ?? {})),
  stream: (source, options) => new Reply(200, new StreamBody(source, options ?? {})),
};

/**
 * Makes an answer with a status of its own; also `reply.redirect`, `text`, `html`, `json`, `file` and `stream`.
 *
 * @example
 * return reply(201, user).header("location", `/users/${user.id}`);
 */
export const reply: ReplyFactory = Object.assign(makeReply, helpers);

/** Escapes what may not stand in a field value, so that a path with "ü" or a line feed stays one URL; what is escaped already stays. */
function toLocation(location: string): string {
  return location.replace(/[^\x21-\x7e]+/g, (rest) => encodeURI(rest.toWellFormed()));
}
