/** Ends a chunked body (RFC 9112, 7.1). */
export const LAST_CHUNK = "0\r\n\r\n";

/** Ends a chunked body with trailer fields (RFC 9112, 7.1.2), given as lines. */
export function lastChunk(trailerLines: string): string {
  return `0\r\n${trailerLines}\r\n`;
}

/** The line in front of a chunk. */
export function chunkLine(size: number): string {
  return `${size.toString(16)}\r\n`;
}
