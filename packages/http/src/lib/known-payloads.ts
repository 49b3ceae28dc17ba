/** What is known of the bytes of a payload before somebody looks at them. */
export const PayloadContent = {
  /** They are as they came, with their mask. */
  masked: -1,
  /** They have no mask any more; nothing else is known of them. */
  unmasked: 0,
  /** All of a text, of ASCII characters alone. */
  ascii: 1,
  /** All of another text. */
  utf8: 2,
  /** All of what should be a text, and is not UTF-8. */
  notUtf8: 3,
} as const;

/** One of {@link PayloadContent}. */
export type PayloadContent = (typeof PayloadContent)[keyof typeof PayloadContent];

/**
 * The payloads of WebSocket frames (RFC 6455, 5.2) that were unmasked as they were read, before their bytes are handed over; native sockets do
 * that. It speaks of places alone: which frames there are, and whether they may be sent, says the one who asks.
 */
export interface KnownPayloads {
  /**
   * Has the payloads of what comes next unmasked; for callers that are between two frames. Gives `false`, and changes nothing, where the caller has
   * not had all that came. A frame that may not be sent, or whose head comes in pieces, ends it.
   */
  follow(): boolean;
  /** What is known of the payload that begins, or goes on, at `start` of bytes that are handed over now; asked in the order of the places. */
  contentAt(chunk: Uint8Array, start: number): PayloadContent;
}
