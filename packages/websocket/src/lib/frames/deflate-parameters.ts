/** What both sides agreed on for permessage-deflate (RFC 7692, 7.1). */
export interface DeflateParameters {
  /** Whether the server forgets what it sent before each message. */
  readonly serverNoContextTakeover: boolean;
  /** Whether the client does. */
  readonly clientNoContextTakeover: boolean;
  /** Size of the server's window as a power of two, 9 to 15. */
  readonly serverMaxWindowBits: number;
}

/** What a server wants of the negotiation. */
export interface DeflateWishes {
  /** Whether messages may refer to earlier ones; smaller for small messages, and costs up to 64 KiB for each socket. */
  readonly contextTakeover: boolean;
}

/** The outcome of a negotiation. */
export interface DeflateAgreement {
  readonly parameters: DeflateParameters;
  /** Value of the `sec-websocket-extensions` field of the answer. */
  readonly field: string;
}

/** Takes the first offer of permessage-deflate that can be met; `null` where there is none. */
export function negotiateDeflate(field: string, wishes: DeflateWishes): DeflateAgreement | null {
  for (const offer of splitQuoted(field, ",")) {
    const [name = "", ...parameters] = splitQuoted(offer, ";").map((part) => part.trim());
    const agreement = name === "permessage-deflate" ? accept(parameters, wishes) : null;
    if (agreement !== null) return agreement;
  }
  return null;
}

function accept(texts: readonly string[], wishes: DeflateWishes): DeflateAgreement | null {
  const offer = readOffer(texts);
  if (offer === null) return null;
  const serverMaxWindowBits = offer.get("server_max_window_bits") ?? 15;
  // zlib makes no raw stream with a window of 256 bytes.
  if (serverMaxWindowBits === 8) return null;
  const parameters = {
    serverNoContextTakeover: !wishes.contextTakeover || offer.has("server_no_context_takeover"),
    clientNoContextTakeover: !wishes.contextTakeover || offer.has("client_no_context_takeover"),
    serverMaxWindowBits,
  };
  return { parameters, field: answerOf(parameters, offer.has("server_max_window_bits")) };
}

/** The parameters of an offer, 0 where one has no value; `null` for an offer that must be declined (RFC 7692, 7.1). */
function readOffer(texts: readonly string[]): Map<string, number> | null {
  const offer = new Map<string, number>();
  for (const text of texts) {
    const match = PARAMETER.exec(text);
    if (match === null) return null;
    const [, name = "", quoted, plain] = match;
    const value = quoted ?? plain;
    if (offer.has(name) || !isParameter(name, value)) return null;
    offer.set(name, Number(value ?? 0));
  }
  return offer;
}

const PARAMETER = /^([a-z_]+)(?:\s*=\s*(?:"(\d+)"|(\d+)))?$/;
const WINDOW_BITS = /^(?:[89]|1[0-5])$/;

function isParameter(name: string, value: string | undefined): boolean {
  switch (name) {
    case "server_no_context_takeover":
    case "client_no_context_takeover":
      return value === undefined;
    case "server_max_window_bits":
      return value !== undefined && WINDOW_BITS.test(value);
    case "client_max_window_bits":
      return value === undefined || WINDOW_BITS.test(value);
    default:
      return false;
  }
}

function answerOf(parameters: DeflateParameters, namesWindow: boolean): string {
  let field = "permessage-deflate";
  if (parameters.serverNoContextTakeover) field += "; server_no_context_takeover";
  if (parameters.clientNoContextTakeover) field += "; client_no_context_takeover";
  if (namesWindow) field += `; server_max_window_bits=${parameters.serverMaxWindowBits}`;
  return field;
}

/** Splits a list outside of quoted strings. */
function splitQuoted(text: string, separator: "," | ";"): string[] {
  const parts = text.match(separator === "," ? /(?:"[^"]*"|[^",])+/g : /(?:"[^"]*"|[^";])+/g);
  return parts?.map((part) => part.trim()) ?? [];
}
