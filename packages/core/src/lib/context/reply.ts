import {
  formatHttpDate,
  mergeVary,
  serializeCookie,
  serializeEtag,
  type CookieOptions,
  type Etag,
} from "@armature/http";
import { toEtag } from "../conditional/to-etag.ts";

/** How the body of a reply is sent: by the type of its value, or always as JSON. */
export type ReplyFormat = "auto" | "json";

/**
 * An answer in the making: status, header fields and a body that is sent as a handler's result would be.
 *
 * @example
 * return reply(201, user).header("location", `/users/${user.id}`);
 */
export class Reply<TStatus extends number = number, TBody = unknown> {
  /** Status code, 200 to 599. */
  readonly status: TStatus;
  readonly body: TBody;
  readonly format: ReplyFormat;
  #fields: string[] | null = null;
  #isVersioned = false;
  #takesRanges = false;

  constructor(status: TStatus, body: TBody, format: ReplyFormat = "auto") {
    this.status = status;
    this.body = body;
    this.format = format;
  }

  /** Header fields as a flat list of names and values; `null` where none were set. */
  get fields(): readonly string[] | null {
    return this.#fields;
  }

  /** Whether the answer is held against the conditions or the range of the request. */
  get isVersioned(): boolean {
    return this.#isVersioned;
  }

  /** Whether parts of the body can be asked for. */
  get takesRanges(): boolean {
    return this.#takesRanges;
  }

  /** Adds a header field; several of one name are sent as several lines. */
  header(name: string, value: string): this {
    (this.#fields ??= []).push(name, value);
    return this;
  }

  /** Sets the media type, e.g. "text/csv; charset=utf-8". */
  type(mediaType: string): this {
    return this.header("content-type", mediaType);
  }

  /**
   * Says which version the answer is, so that GET and HEAD get 304 where the client has it and 412 where it wants another (RFC 9110, 13).
   *
   * @param tag what stands between the quotes of the `etag` field, or the field as it is
   * @throws HttpError 500 `E_ETAG_INVALID`
   * @example
   * return reply(200, user).etag(`v${user.version}`);
   */
  etag(tag: string | Etag): this {
    this.#isVersioned = true;
    return this.header("etag", serializeEtag(toEtag(tag)));
  }

  /** Says when what is answered was modified, with the effect of {@link etag}. @throws HttpError 500 `E_DATE_INVALID` */
  lastModified(date: Date): this {
    this.#isVersioned = true;
    return this.header("last-modified", formatHttpDate(date));
  }

  /**
   * Lets clients ask for parts of a body of text or bytes (RFC 9110, 14): one is sent as it is, several as `multipart/byteranges`.
   * Files and Blobs have ranges by themselves; a stream says in its options how it has them.
   */
  ranges(): this {
    this.#isVersioned = true;
    this.#takesRanges = true;
    return this;
  }

  /** Names the request fields that the answer depends on (RFC 9110, 12.5.5), beside those named before. */
  vary(...names: readonly string[]): this {
    return this.header("vary", mergeVary(undefined, names));
  }

  /** A reply of its own that says the same, of the same body unless it is given another. */
  copy(body: TBody = this.body): Reply<TStatus, TBody> {
    const copy = new Reply(this.status, body, this.format);
    copy.#fields = this.#fields === null ? null : [...this.#fields];
    copy.#isVersioned = this.#isVersioned;
    copy.#takesRanges = this.#takesRanges;
    return copy;
  }

  /** Sets a cookie (RFC 6265bis). */
  cookie(name: string, value: string, options?: CookieOptions): this {
    return this.header("set-cookie", serializeCookie(name, value, options));
  }
}

/** A reply of any status and body. */
export type AnyReply = Reply;
