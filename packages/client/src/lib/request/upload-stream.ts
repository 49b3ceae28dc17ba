import { pageUrl } from "../page-url.ts";
import type { EncodedBody, SendableBody } from "./encode-body.ts";

/** How much of a body was handed to the network. */
export interface UploadProgress {
  readonly sentBytes: number;
  /** `null` where nobody knows, as with streams and forms. */
  readonly totalBytes: number | null;
}

/** Called for every piece of a body that is sent. */
export type OnUploadProgress = (progress: UploadProgress) => void;

/** A body as `fetch` is to get it. */
export interface UploadBody {
  readonly body: SendableBody;
  readonly type: string | null;
  /** Where it is a stream, `fetch` must be told that answers come behind it. */
  readonly duplex: "half" | undefined;
}

/**
 * Prepares a body for a URL. Where `fetch` cannot send streams, as Firefox, and browsers over plain http, streams are read to
 * their end first, and the progress is told once.
 */
export async function toUpload(
  encoded: EncodedBody,
  url: string,
  onProgress?: OnUploadProgress,
): Promise<UploadBody> {
  const { body, type, length, isStream } = encoded;
  if (!isStream && onProgress === undefined) return { body, type, duplex: undefined };
  if (!canStream(url)) return await toWhole(encoded, onProgress);
  if (onProgress === undefined) return { body, type, duplex: "half" };
  // A Response knows how every kind of body is written, and the boundary of forms.
  const written = new Response(body);
  const source = written.body as ReadableStream<Uint8Array>; // it was made with a body
  const counted = source.pipeThrough(countBytes(length, onProgress));
  return { body: counted, type: type ?? written.headers.get("content-type"), duplex: "half" };
}

async function toWhole({ body, type }: EncodedBody, onProgress?: OnUploadProgress): Promise<UploadBody> {
  const written = new Response(body);
  const whole = await written.blob();
  onProgress?.({ sentBytes: whole.size, totalBytes: whole.size });
  return { body: whole, type: type ?? written.headers.get("content-type"), duplex: undefined };
}

function countBytes(
  totalBytes: number | null,
  onProgress: OnUploadProgress,
): TransformStream<Uint8Array, Uint8Array> {
  let sentBytes = 0;
  return new TransformStream({
    transform(piece, controller) {
      controller.enqueue(piece);
      sentBytes += piece.byteLength;
      onProgress({ sentBytes, totalBytes });
    },
  });
}

/** Browsers stream requests over HTTP/2 only, which they speak with https alone. */
function canStream(url: string): boolean {
  const page = pageUrl();
  const isPlain = page !== undefined && new URL(url, page).protocol === "http:";
  return !isPlain && takesStreams();
}

let streams: boolean | null = null;

/** Runtimes that cannot send streams do not ask for `duplex`, and turn the stream into a string. */
function takesStreams(): boolean {
  return (streams ??= probeStreams());
}

function probeStreams(): boolean {
  let asked = false;
  const init = {
    method: "POST",
    body: new ReadableStream(),
    get duplex() {
      asked = true;
      return "half" as const;
    },
  };
  return !new Request("https://localhost", init).headers.has("content-type") && asked;
}
