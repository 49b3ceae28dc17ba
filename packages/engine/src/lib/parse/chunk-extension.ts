import { BACKSLASH, CR, EQUALS, isBlank, isFieldByte, isTokenByte, QUOTE, SEMICOLON } from "./bytes.ts";

/** Where in the extensions of a chunk the parser is (RFC 9112, 7.1.1). */
export const ExtensionState = {
  /** Blanks behind the size or a value: only ";" may follow. */
  beforeSemicolon: 0,
  beforeName: 1,
  name: 2,
  afterName: 3,
  beforeValue: 4,
  value: 5,
  quoted: 6,
  escaped: 7,
  afterQuoted: 8,
  /** The CR that ends the line was seen. */
  end: 9,
  invalid: -1,
} as const;

/** One of {@link ExtensionState}. */
export type ExtensionState = (typeof ExtensionState)[keyof typeof ExtensionState];

/** The state behind a byte of a chunk's extensions. */
export function nextExtensionState(state: ExtensionState, byte: number): ExtensionState {
  switch (state) {
    case ExtensionState.beforeSemicolon:
      return isBlank(byte) ? state : separator(byte);
    case ExtensionState.beforeName:
      if (isBlank(byte)) return state;
      return isTokenByte(byte) ? ExtensionState.name : ExtensionState.invalid;
    case ExtensionState.name:
      return isTokenByte(byte) ? state : afterName(byte);
    case ExtensionState.afterName:
      return byte === CR ? ExtensionState.invalid : afterName(byte);
    case ExtensionState.beforeValue:
      return isBlank(byte) ? state : valueStart(byte);
    case ExtensionState.value:
      return isTokenByte(byte) ? state : afterValue(byte);
    case ExtensionState.quoted:
      return quoted(byte);
    case ExtensionState.escaped:
      return isFieldByte(byte) ? ExtensionState.quoted : ExtensionState.invalid;
    case ExtensionState.afterQuoted:
      return afterValue(byte);
    default:
      return ExtensionState.invalid;
  }
}

function separator(byte: number): ExtensionState {
  return byte === SEMICOLON ? ExtensionState.beforeName : ExtensionState.invalid;
}

function afterName(byte: number): ExtensionState {
  if (byte === EQUALS) return ExtensionState.beforeValue;
  if (isBlank(byte)) return ExtensionState.afterName;
  return byte === CR ? ExtensionState.end : separator(byte);
}

function valueStart(byte: number): ExtensionState {
  if (byte === QUOTE) return ExtensionState.quoted;
  return isTokenByte(byte) ? ExtensionState.value : ExtensionState.invalid;
}

function afterValue(byte: number): ExtensionState {
  if (isBlank(byte)) return ExtensionState.beforeSemicolon;
  return byte === CR ? ExtensionState.end : separator(byte);
}

function quoted(byte: number): ExtensionState {
  if (byte === QUOTE) return ExtensionState.afterQuoted;
  if (byte === BACKSLASH) return ExtensionState.escaped;
  return isFieldByte(byte) ? ExtensionState.quoted : ExtensionState.invalid;
}
