let second = -1;
let line = "";

/** The `date` field line of a moment in milliseconds since 1970 (RFC 9110, 6.6.1), made once for each second. */
export function dateLine(nowMs: number): string {
  const now = Math.floor(nowMs / 1000);
  if (now !== second) {
    second = now;
    line = `date: ${new Date(now * 1000).toUTCString()}\r\n`;
  }
  return line;
}
