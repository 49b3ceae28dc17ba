import { formatHttpDate, serializeEtag } from "@armature/http";
import type { Context } from "../context/context.ts";
import type { CurrentVersion } from "./current-version.ts";
import { judge, type Version } from "./conditional-answer.ts";
import { preconditionFailed } from "./precondition-failed.ts";
import { toEtag } from "./to-etag.ts";

/** What is needed of the context. */
interface VersionedContext extends Context {
  isVersioned: boolean;
}

/** Holds the conditions of a request against the present version; see `Context.preconditions`. */
export function checkPreconditions(context: VersionedContext, current: CurrentVersion): boolean {
  const { exchange } = context;
  const verdict = judge(exchange, toVersion(current));
  if (verdict === "precondition-failed") throw preconditionFailed();
  if (exchange.method === "GET" || exchange.method === "HEAD") describeVersion(context, current);
  return verdict === "not-modified";
}

/** The answer of what reads carries the version; behind a change it would be the one before it. */
function describeVersion(context: VersionedContext, { etag, lastModified }: CurrentVersion): void {
  if (etag === null) return;
  if (etag !== undefined) context.setHeader("etag", serializeEtag(toEtag(etag)));
  if (lastModified !== undefined) context.setHeader("last-modified", formatHttpDate(lastModified));
  context.isVersioned = true;
}

function toVersion({ etag, lastModified }: CurrentVersion): Version | null {
  if (etag === null) return null;
  return {
    etag: etag === undefined ? null : toEtag(etag),
    modifiedMs: lastModified?.getTime() ?? null,
  };
}
