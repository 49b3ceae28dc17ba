import { PathFault, toCanonicalPath } from "./canonical-path.ts";

/** http and https with a host and perhaps a port; user names and what no host has are not let through. */
const ORIGIN = /^https?:\/\/[\w\-.~!$&'()*+,;=:%[\]]+(?=[/?]|$)/i;

/**
 * The canonical path of a request target (RFC 9112, 3.2): `path[?query]`, or an absolute form, which is reduced to its path.
 * "*" for the asterisk form, which only OPTIONS has; OPTIONS for a host without a path means the same.
 */
export function toTargetPath(method: string, target: string): string | PathFault {
  const options = method === "OPTIONS";
  if (target === "*" && options) return "*";
  const start = target.startsWith("/") ? 0 : originLength(target);
  if (start === 0 && !target.startsWith("/")) return new PathFault("is neither a path nor an http URL", 0);
  const mark = target.indexOf("?", start);
  const end = mark < 0 ? target.length : mark;
  if (start < end) return toCanonicalPath(target, start, end);
  return options && mark < 0 ? "*" : "/";
}

function originLength(target: string): number {
  return ORIGIN.exec(target)?.[0].length ?? 0;
}
