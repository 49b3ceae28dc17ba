import type { LoadRequest } from "@armature/cli/bench";
import { AUTHORIZATION } from "./servers/answers.ts";

/** What servers are compared in. */
export interface Case {
  readonly requests: readonly LoadRequest[];
  /** Compared before the measurement: every server must refuse them, with whatever status of 400 and above. */
  readonly refused?: readonly LoadRequest[];
  /** Requests that a connection sends at once. Default 1. */
  readonly depth?: number;
  /** Default 64. */
  readonly connections?: number;
  /** Servers that answer less than a framework does and can answer it all the same. */
  readonly bare?: readonly string[];
  /** The frameworks that have what is measured. Default: all. */
  readonly only?: readonly string[];
}

const JSON_TYPE = { "content-type": "application/json" };
const PERSON = '{"name":"Ada","email":"ada@example.com"}';
const ORDER = '{"product":"chair","quantity":2,"email":"ada@example.com"}';

const plaintext: LoadRequest = { path: "/plaintext" };
const json: LoadRequest = { path: "/json" };
const constant: LoadRequest = { path: "/constant" };
const account: LoadRequest = { path: "/account", headers: { authorization: AUTHORIZATION } };
const products: LoadRequest = { path: "/products" };
const user: LoadRequest = { path: "/users/42" };
const order: LoadRequest = { method: "POST", path: "/orders", headers: JSON_TYPE, body: ORDER };
const upload: LoadRequest = {
  method: "POST",
  path: "/uploads",
  headers: { "content-type": "application/octet-stream" },
  body: 65_536,
};
const stream: LoadRequest = { path: "/export" };

/** Of ten requests of the mix seven are small, and one each is a long list, an upload of 64 KB and a stream. */
const MIX = [user, account, order, products, user, account, upload, order, user, stream];

const REFUSED = [
  { path: "/account" },
  { path: "/account", headers: { authorization: "Bearer another" } },
  { ...order, body: ORDER.replace("2", "0") },
  { ...order, body: ORDER.replace("chair", "") },
  { ...order, body: ORDER.replace("@", "") },
];

const CONSTANT = ["floor", "node-net"];
/** Those that are told that an answer is always the same. */
const KNOWS_CONSTANTS = ["armature", "armature-native"];

export const CASES: Readonly<Record<string, Case>> = {
  plaintext: { requests: [plaintext], bare: ["floor"] },
  json: { requests: [json], bare: [...CONSTANT, "node-http"] },
  constant: { requests: [constant], bare: ["floor"], only: KNOWS_CONSTANTS },
  user: { requests: [user] },
  post: { requests: [{ method: "POST", path: "/users", headers: JSON_TYPE, body: PERSON }] },
  "pipelined-plaintext": { requests: [plaintext], depth: 16, bare: ["floor"] },
  pipelined: { requests: [json], depth: 16, bare: ["floor", "node-http"] },
  "pipelined-constant": { requests: [constant], depth: 16, bare: ["floor"], only: KNOWS_CONSTANTS },
  "plaintext-256": { requests: [plaintext], connections: 256, bare: ["floor"] },
  "json-256": { requests: [json], connections: 256, bare: [...CONSTANT, "node-http"] },
  mix: { requests: MIX, refused: REFUSED },
};
