/**
 * Writes text as an extended parameter value in UTF-8 (RFC 8187, 3.2). The text has no lone surrogates.
 *
 * @example
 * encodeExtValue("ä b"); // "UTF-8''%C3%A4%20b"
 */
export function encodeExtValue(text: string): string {
  return `UTF-8''${encodeURIComponent(text).replace(/['()*]/g, toEscape)}`;
}

/**
 * Reads an extended parameter value (RFC 8187, 3.2), in UTF-8 or ISO-8859-1; `null` where it is broken or in another charset.
 *
 * @example
 * decodeExtValue("UTF-8'de'%C3%A4"); // "ä"
 */
export function decodeExtValue(text: string): string | null {
  const [charset, , value, ...rest] = text.split("'");
  if (charset === undefined || value === undefined || rest.length > 0 || !VALUE.test(value)) return null;
  if (charset.toLowerCase() === "utf-8") return decodeUtf8(value);
  return charset.toLowerCase() === "iso-8859-1" ? decodeLatin1(value) : null;
}

const VALUE = /^(?:[!#$&+\-.^_`|~0-9A-Za-z]|%[0-9A-Fa-f]{2})*$/;

function decodeUtf8(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null; // escapes that are no UTF-8
  }
}

function decodeLatin1(value: string): string {
  return value.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function toEscape(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
