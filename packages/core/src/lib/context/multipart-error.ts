import { HttpError, isHttpError } from "@armature/http";

/** What the reader of a multipart body sees of an error of its parser. */
export function toMultipartError(error: unknown): Error {
  return isHttpError(error) ? error : invalidMultipart("it ends early or is malformed", error);
}

/** RFC 7578, 4.2: each part has a name. */
export function nameless(): HttpError {
  return invalidMultipart("a part has no name");
}

/** The body is no multipart body. */
export function invalidMultipart(why: string, cause?: unknown): HttpError {
  return new HttpError(400, "E_MULTIPART_INVALID", `The multipart body cannot be read: ${why}.`, { cause });
}

/** The body, or a part of it, is over a limit. */
export function tooLarge(what: string): HttpError {
  return new HttpError(413, "E_MULTIPART_TOO_LARGE", `The multipart body is too large: ${what}.`);
}
