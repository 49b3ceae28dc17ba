/** The names of {@link CloseCode}. */
type CloseCodeName =
  | "normal"
  | "goingAway"
  | "protocolError"
  | "unsupportedData"
  | "noStatus"
  | "abnormal"
  | "invalidPayload"
  | "policyViolation"
  | "messageTooBig"
  | "internalError"
  | "tryAgainLater";

/** Why a connection is closed (RFC 6455, 7.4.1). */
export const CloseCode: Readonly<Record<CloseCodeName, number>> = Object.freeze({
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  /** Never sent: the close frame had no code. */
  noStatus: 1005,
  /** Never sent: the connection was cut without a close frame. */
  abnormal: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  internalError: 1011,
  tryAgainLater: 1013,
});

/**
 * Whether a close frame may have this code: one of those of the registry that are sent, or 3000 to 4999, which belong to libraries and
 * applications.
 */
export function isCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
}
