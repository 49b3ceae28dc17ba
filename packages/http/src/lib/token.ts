/**
 * Whether text is a token, the form of methods, field names and parameter names (RFC 9110, 5.6.2).
 *
 * @example
 * isToken("content-type"); // true
 * isToken("content type"); // false
 */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
