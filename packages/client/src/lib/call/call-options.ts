import type { BodyFormat } from "../request/encode-body.ts";
import type { OnUploadProgress } from "../request/upload-stream.ts";
import type { RetryOptions } from "../request/retry.ts";

/** What every call may say beside the parts of its request. */
export interface CallSettings {
  /** Gives the call up: it then fails with `E_CLIENT_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that an attempt may take; `null` for no limit. Default: what the client says. */
  readonly timeoutMs?: number | null | undefined;
  /** When the call is sent again; `null` for never. Default: what the client says. */
  readonly retry?: RetryOptions | null | undefined;
  /** Whether the call may be sent again although its method is not idempotent, e.g. as it has an idempotency key. Default: by its method. */
  readonly idempotent?: boolean | undefined;
  /** How a body that is a value is written. Default: JSON; strings, bytes, blobs, forms and streams as what they are. */
  readonly format?: BodyFormat | undefined;
  /** Told how much of the body was sent; the body then goes as a stream, where `fetch` can send one. */
  readonly onUploadProgress?: OnUploadProgress | undefined;
}

/** A call as it is made: types are checked by then. */
export interface CallOptions extends CallSettings {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly cookies?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
}
