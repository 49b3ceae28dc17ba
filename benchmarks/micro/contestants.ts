import { join } from "node:path";

const LIBRARIES = new Set([
  "json-stringify",
  "fast-json-stringify",
  "json-parse",
  "secure-json-parse",
  "cookie",
]);

/** The module that has the operations of a contestant. */
export function moduleOf(contestant: string): string {
  return join(import.meta.dirname, fileOf(contestant));
}

function fileOf(contestant: string): string {
  if (contestant.startsWith("armature")) return "contestants/armature.ts";
  if (LIBRARIES.has(contestant)) return "peers/contestants/libraries.ts";
  if (["fastify-busboy", "form-data"].includes(contestant)) return "peers/contestants/multipart.ts";
  if (contestant === "ws") return "peers/contestants/websocket.ts";
  if (["find-my-way", "hono-router", "rou3"].includes(contestant)) return "peers/contestants/routers.ts";
  return "peers/contestants/frameworks.ts";
}
