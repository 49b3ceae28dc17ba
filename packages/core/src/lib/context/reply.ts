import { serializeCookie, type CookieOptions } from "@armature/http";

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

  constructor(status: TStatus, body: TBody, format: ReplyFormat = "auto") {
    this.status = status;
    this.body = body;
    this.format = format;
  }

  /** Header fields as a flat list of names and values; `null` where none were set. */
  get fields(): readonly string[] | null {
    return this.#fields;
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

  /** Sets a cookie (RFC 6265bis). */
  cookie(name: string, value: string, options?: CookieOptions): this {
    return this.header("set-cookie", serializeCookie(name, value, options));
  }
}

/** A reply of any status and body. */
export type AnyReply = Reply;
