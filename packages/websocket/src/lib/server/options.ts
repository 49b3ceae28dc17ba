import { ArmatureError, isToken } from "@armature/http";
import type { Context } from "@armature/core";
import type { MessageReaderOptions } from "../frames/message-reader.ts";
import { resolveWebSocketLimits, type WebSocketLimits } from "./limits.ts";

/**
 * What becomes of messages to a client that takes them too slowly: "pause" keeps them and asks the application to wait (`send` says
 * `false`, `drained()` resolves), "drop-oldest" and "drop-newest" lose some, "close" cuts the connection.
 */
export type BackPressurePolicy = "pause" | "drop-oldest" | "drop-newest" | "close";

/** How messages are compressed (RFC 7692), where the client offers it. */
export interface CompressionOptions {
  /** Bytes from which a message is compressed. Default 1024. */
  readonly thresholdBytes?: number;
  /** Whether messages may refer to earlier ones: smaller, and up to 64 KiB for each socket. Default false. */
  readonly contextTakeover?: boolean;
}

/** Whose pages may connect: those of the same host, all, those of these origins, or those that a function lets pass. */
export type OriginPolicy =
  | "same"
  | "any"
  | readonly string[]
  | ((origin: string, context: Context) => boolean);

/** What can be said of a WebSocket endpoint, beside what is said of every route. */
export interface WebSocketOptions {
  /**
   * Whose pages may connect, by the `origin` field that browsers send; programs send none and pass. Cookies go with every
   * connection, whoever's page makes it, so "any" needs another way to know the user. Default "same".
   */
  readonly origins?: OriginPolicy;
  /** Subprotocols, the preferred one first; the first that the client offers too is chosen. */
  readonly protocols?: readonly string[];
  /** Whether messages are compressed where the client offers it. Default false. */
  readonly compression?: boolean | CompressionOptions;
  /** Default "pause". */
  readonly backPressure?: BackPressurePolicy;
  /** Limits that differ from {@link DEFAULT_WEBSOCKET_LIMITS}. */
  readonly limits?: Partial<WebSocketLimits>;
}

/** Options with their defaults. */
export interface ResolvedWebSocketOptions {
  readonly origins: OriginPolicy;
  readonly protocols: readonly string[];
  readonly compression: Required<CompressionOptions> | null;
  readonly backPressure: BackPressurePolicy;
  readonly limits: WebSocketLimits;
  /** What messages are read with where nothing is compressed: one object for all sockets. */
  readonly reader: MessageReaderOptions;
}

const POLICIES: readonly string[] = ["pause", "drop-oldest", "drop-newest", "close"];

/** Fills in the defaults. @throws ArmatureError `E_WEBSOCKET_LIMIT`, `E_WEBSOCKET_OPTION` */
export function resolveWebSocketOptions(given: WebSocketOptions): ResolvedWebSocketOptions {
  const {
    origins = "same",
    protocols = [],
    compression = false,
    backPressure = "pause",
    limits = {},
  } = given;
  for (const protocol of protocols) if (!isToken(protocol)) throw noProtocol(protocol);
  if (!POLICIES.includes(backPressure)) throw noPolicy(backPressure);
  const resolved = resolveWebSocketLimits(limits);
  return {
    origins: Array.isArray(origins) ? origins.map(originOf) : origins,
    protocols,
    compression: resolveCompression(compression),
    backPressure,
    limits: resolved,
    reader: { ...resolved, isMasked: true, inflater: null },
  };
}

function resolveCompression(given: boolean | CompressionOptions): Required<CompressionOptions> | null {
  if (given === false) return null;
  const { thresholdBytes = 1024, contextTakeover = false } = given === true ? {} : given;
  return { thresholdBytes, contextTakeover };
}

/** An origin as browsers write it. */
function originOf(origin: string): string {
  const url = URL.parse(origin);
  if (url !== null && url.origin !== "null" && url.pathname === "/" && url.search === "") return url.origin;
  throw new ArmatureError(
    "E_WEBSOCKET_OPTION",
    `An origin must have a scheme and a host, e.g. "https://example.com" (got "${origin}").`,
  );
}

function noProtocol(protocol: string): ArmatureError {
  return new ArmatureError("E_WEBSOCKET_OPTION", `A subprotocol must be a token (got "${protocol}").`);
}

function noPolicy(policy: string): ArmatureError {
  return new ArmatureError(
    "E_WEBSOCKET_OPTION",
    `backPressure must be one of ${POLICIES.join(", ")} (got "${policy}").`,
  );
}
