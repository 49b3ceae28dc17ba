import { ArmatureError } from "@armature/http";

/** What a client may ask of a WebSocket endpoint. */
export interface WebSocketLimits {
  /** Bytes of a message, also behind inflation; over it the socket is closed with 1009. */
  readonly maxMessageBytes: number;
  /** Frames of one message; over it 1009. */
  readonly maxFragments: number;
  /** How many times larger a message may become by inflation, beyond the first 64 KiB; over it 1009. */
  readonly maxInflationRatio: number;
  /** Pings that are answered while the client takes nothing; over it 1008. */
  readonly maxPendingPongs: number;
  /** Messages of one socket in work at a time; at so many its client is not read. */
  readonly maxPendingMessages: number;
  /** Bytes of messages that wait for a slow client behind those that the engine holds, with the policies that drop or close. */
  readonly highWaterBytes: number;
  /** The same with the policy "pause", where the application is asked to wait; over it the connection is cut. */
  readonly maxQueuedBytes: number;
  /** Milliseconds of silence after which the client is sent a ping. */
  readonly heartbeatMs: number;
  /** Milliseconds without a byte of the client, also of a pong, before the connection is cut. */
  readonly idleTimeoutMs: number;
  /** Milliseconds that the client has to answer a close frame. */
  readonly closeTimeoutMs: number;
  /** Sockets open at a time; one more is answered 503. */
  readonly maxSockets: number;
  /** Sockets open at a time from one address; one more is answered 429. */
  readonly maxSocketsPerAddress: number;
  /** Handshakes of one second; more are answered 429. */
  readonly maxHandshakesPerSecond: number;
}

/** The default of every limit of an endpoint. */
export const DEFAULT_WEBSOCKET_LIMITS: WebSocketLimits = Object.freeze({
  maxMessageBytes: 1024 * 1024,
  maxFragments: 16_384,
  maxInflationRatio: 100,
  maxPendingPongs: 60,
  maxPendingMessages: 16,
  highWaterBytes: 64 * 1024,
  maxQueuedBytes: 4 * 1024 * 1024,
  heartbeatMs: 30_000,
  idleTimeoutMs: 120_000,
  closeTimeoutMs: 5_000,
  maxSockets: 10_000,
  maxSocketsPerAddress: 1_000,
  maxHandshakesPerSecond: 1_000,
});

const LONGEST_MS = 2 ** 31 - 1;

/** Fills in the defaults. @throws ArmatureError `E_WEBSOCKET_LIMIT` for a name that is no limit, or a value out of range */
export function resolveWebSocketLimits(given: Partial<WebSocketLimits>): WebSocketLimits {
  const limits: Record<string, number> = { ...DEFAULT_WEBSOCKET_LIMITS };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    assertLimit(name, value);
    limits[name] = value;
  }
  return Object.freeze(limits as unknown as WebSocketLimits); // all names of the defaults, and no others
}

function assertLimit(name: string, value: number): void {
  if (!Object.hasOwn(DEFAULT_WEBSOCKET_LIMITS, name)) {
    const names = Object.keys(DEFAULT_WEBSOCKET_LIMITS).join(", ");
    throw new ArmatureError("E_WEBSOCKET_LIMIT", `There is no limit "${name}"; the limits are ${names}.`);
  }
  const most = name.endsWith("Ms") ? LONGEST_MS : Number.MAX_SAFE_INTEGER;
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new ArmatureError(
    "E_WEBSOCKET_LIMIT",
    `${name} must be a whole number from 1 to ${most} (got ${String(value)}).`,
  );
}
