import { createHash } from "node:crypto";
import type { Context } from "@armature/core";
import { HttpError, type HeaderList } from "@armature/http";
import { negotiateDeflate, type DeflateAgreement } from "../frames/deflate-parameters.ts";
import type { OriginPolicy, ResolvedWebSocketOptions } from "./options.ts";

/** What a handshake agreed on. */
export interface Handshake {
  /** Value of the `sec-websocket-accept` field. */
  readonly accept: string;
  /** The subprotocol; "" where there is none. */
  readonly protocol: string;
  readonly deflate: DeflateAgreement | null;
}

/**
 * Checks the request that opens a WebSocket (RFC 6455, 4.2.1) and chooses what was offered (4.2.2).
 *
 * @throws HttpError 426 `E_WEBSOCKET_UPGRADE` or `E_WEBSOCKET_VERSION`, 400 `E_WEBSOCKET_KEY` or `E_WEBSOCKET_BODY`, 403 `E_WEBSOCKET_ORIGIN`
 */
export function checkHandshake(context: Context, options: ResolvedWebSocketOptions): Handshake {
  const { method, headers } = context.request;
  const { version, body } = context.exchange;
  if (
    method !== "GET" ||
    version === "1.0" ||
    !hasOption(headers, "upgrade", "websocket") ||
    !hasOption(headers, "connection", "upgrade")
  )
    throw noUpgrade();
  if (headers.get("sec-websocket-version")?.trim() !== "13") throw badVersion(headers);
  const key = headers.get("sec-websocket-key")?.trim() ?? "";
  if (!KEY.test(key)) throw badKey();
  if (body.length !== 0) throw hasBody();
  checkOrigin(context, options.origins);
  return {
    accept: createHash("sha1")
      .update(key + GUID)
      .digest("base64"),
    protocol: chooseProtocol(headers, options.protocols),
    deflate: agreeOnDeflate(headers, options),
  };
}

/** 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/** Given by RFC 6455, 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

function hasOption(headers: HeaderList, name: string, option: string): boolean {
  const value = headers.get(name) ?? "";
  return value.split(",").some((part) => part.trim().toLowerCase() === option);
}

function checkOrigin(context: Context, policy: OriginPolicy): void {
  const origin = context.request.headers.get("origin");
  if (origin === undefined || policy === "any" || isAllowed(origin, context, policy)) return;
  throw new HttpError(
    403,
    "E_WEBSOCKET_ORIGIN",
    "Pages of this origin may not connect; the server names those that may.",
  );
}

function isAllowed(origin: string, context: Context, policy: Exclude<OriginPolicy, "any">): boolean {
  if (typeof policy === "function") return policy(origin, context);
  if (policy !== "same") return policy.includes(origin);
  // The scheme is left out: behind a proxy that is not named as trusted it is not known.
  const host = URL.parse(origin)?.host;
  return (
    host !== undefined &&
    host !== "" &&
    host === URL.parse(`${origin.split(":", 1)[0]}://${context.request.host}`)?.host
  );
}

function chooseProtocol(headers: HeaderList, protocols: readonly string[]): string {
  if (protocols.length === 0) return "";
  const offers = headers.get("sec-websocket-protocol") ?? "";
  const offered = new Set(offers.split(",").map((part) => part.trim()));
  return protocols.find((protocol) => offered.has(protocol)) ?? "";
}

function agreeOnDeflate(
  headers: HeaderList,
  { compression }: ResolvedWebSocketOptions,
): DeflateAgreement | null {
  const offers = headers.get("sec-websocket-extensions");
  return compression === null || offers === undefined ? null : negotiateDeflate(offers, compression);
}

function noUpgrade(): HttpError {
  return new HttpError(
    426,
    "E_WEBSOCKET_UPGRADE",
    "This is a WebSocket endpoint; connect with a WebSocket client, over HTTP/1.1.",
    { headers: { upgrade: "websocket", connection: "upgrade" } },
  );
}

function badVersion(headers: HeaderList): HttpError {
  const version = JSON.stringify(headers.get("sec-websocket-version") ?? null);
  return new HttpError(426, "E_WEBSOCKET_VERSION", `The version of WebSocket must be 13 (got ${version}).`, {
    headers: { upgrade: "websocket", connection: "upgrade", "sec-websocket-version": "13" },
  });
}

/** Its end could not be told from the first frames. */
function hasBody(): HttpError {
  return new HttpError(400, "E_WEBSOCKET_BODY", "The request that opens a WebSocket must not have a body.");
}

function badKey(): HttpError {
  return new HttpError(
    400,
    "E_WEBSOCKET_KEY",
    "The field sec-websocket-key must have 16 bytes in base64 (RFC 6455, 4.1).",
  );
}
