/**
 * Text without the optional white space around it: spaces and tabs only (RFC 9110, 5.6.3), in linear time.
 *
 * `String.trim` also drops U+00A0, which is a byte like others in a field value.
 */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) start++;
  while (end > start && isOws(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
