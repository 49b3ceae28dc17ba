import type { Messages } from "../protocol/message-map.ts";
import { SocketError, type SocketClose } from "./socket-error.ts";

/** How a client connects, comes back, and keeps what it cannot send yet. */
export interface ConnectOptions<TMessages extends Messages = Messages> {
  /**
   * The map of messages that the server has. With it what the server sends is checked and becomes what its schemas give; without it
   * data is what JSON says, and the types are taken on trust.
   */
  readonly messages?: TMessages;
  /** Subprotocols to offer, the preferred one first. */
  readonly protocols?: readonly string[];
  /** Milliseconds that an attempt to connect may take. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds that a request waits for its reply, where it does not say otherwise. Default 10 000. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds of silence after which the server is asked for a sign of life; 0 means never. Default 25 000. */
  readonly heartbeatMs?: number;
  /** Milliseconds that it has for that sign before the connection is taken for lost. Default 10 000. */
  readonly heartbeatTimeoutMs?: number;
  /** Bound of the first pause before the client comes back, in milliseconds; it doubles with each attempt that fails. Default 500. */
  readonly minBackoffMs?: number;
  /** The most that this bound may become. Default 30 000. */
  readonly maxBackoffMs?: number;
  /** Attempts in a row that may fail before the client gives up. Default Infinity. */
  readonly maxAttempts?: number;
  /** Whether the client is not to come back after a connection has ended so. Default {@link isFinalClose}. */
  readonly isFinal?: (close: SocketClose) => boolean;
  /** Told of what goes wrong and nobody waits for: errors that the server reports, data that breaks its schema. Default: the console. */
  readonly onError?: (error: unknown) => void;
  /** Bytes of messages that may wait to be sent, while there is no connection and while it is slow. Default 1 MiB. */
  readonly bufferBytes?: number;
  /** Which message is lost where more would wait, while there is no connection. Default "drop-newest". */
  readonly whenFull?: "drop-newest" | "drop-oldest";
}

/** The same, filled in. */
export type ClientSettings = Required<Omit<ConnectOptions, "messages">>;

const DEFAULTS: ClientSettings = {
  protocols: [],
  connectTimeoutMs: 10_000,
  requestTimeoutMs: 10_000,
  heartbeatMs: 25_000,
  heartbeatTimeoutMs: 10_000,
  minBackoffMs: 500,
  maxBackoffMs: 30_000,
  maxAttempts: Infinity,
  isFinal: isFinalClose,
  // There is nobody else to tell.
  // oxlint-disable-next-line no-console
  onError: (error) => console.error(error),
  bufferBytes: 1024 * 1024,
  whenFull: "drop-newest",
};

/** The options that are numbers and their least value. */
const LEAST: Readonly<Record<string, number>> = {
  connectTimeoutMs: 1,
  requestTimeoutMs: 1,
  heartbeatMs: 0,
  heartbeatTimeoutMs: 1,
  minBackoffMs: 0,
  maxBackoffMs: 0,
  maxAttempts: 1,
  bufferBytes: 0,
};

/** Fills in the defaults. @throws SocketError `E_SOCKET_OPTION` */
export function resolveClientOptions({ messages: _messages, ...given }: ConnectOptions): ClientSettings {
  for (const [name, value] of Object.entries(given)) assertOption(name, value);
  const chosen = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(chosen) };
}

function assertOption(name: string, value: unknown): void {
  if (!Object.hasOwn(DEFAULTS, name))
    throw wrong(
      `There is no option "${name}"; the options are messages, ${Object.keys(DEFAULTS).join(", ")}.`,
    );
  const least = LEAST[name];
  if (value === undefined || least === undefined) return;
  if (typeof value === "number" && value >= least) return;
  throw wrong(`${name} must be a number, at least ${least} (got ${JSON.stringify(value)}).`);
}

function wrong(message: string): SocketError {
  return new SocketError("E_SOCKET_OPTION", message);
}

/** What would happen again: the server is done (1000), or refuses this client (1002, 1003, 1007, 1008, 1010). */
const FINAL = new Set([1000, 1002, 1003, 1007, 1008, 1010]);

/**
 * Whether a close code (RFC 6455, 7.4) says that there is no use in coming back. Codes of the application (4000 to 4999) do: it
 * closes on purpose.
 */
export function isFinalClose({ code }: SocketClose): boolean {
  return FINAL.has(code) || code >= 4000;
}
