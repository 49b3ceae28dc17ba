type OpcodeName = "continuation" | "text" | "binary" | "close" | "ping" | "pong";

/** What a frame is (RFC 6455, 5.2). */
export const Opcode: Readonly<Record<OpcodeName, number>> = Object.freeze({
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
});

/** Whether a frame of this opcode may stand between the fragments of a message. */
export function isControl(opcode: number): boolean {
  return opcode >= 0x8;
}

/** Whether RFC 6455 gives the opcode a meaning. */
export function isKnownOpcode(opcode: number): boolean {
  return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xa);
}
