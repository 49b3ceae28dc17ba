import type { Exchange } from "@armature/http";

/**
 * Host and port as the client named them (RFC 9110, 7.2); "" where it named none. Those of an absolute target take precedence
 * over the `host` field (RFC 9112, 3.2.2).
 */
export function authorityOf({ target, headers }: Exchange): string {
  const isPath = target.startsWith("/") || target === "*";
  const authority = isPath ? undefined : /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1];
  return authority ?? headers.get("host") ?? "";
}
