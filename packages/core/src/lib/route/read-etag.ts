import { ArmatureError } from "@armature/http";
import { isEtagMode, type EtagMode } from "../conditional/body-tag.ts";

/** Reads how a route and its controllers want answers tagged; the innermost that says something wins. */
export function readEtag(levels: readonly { readonly etag?: EtagMode }[]): EtagMode | undefined {
  const etag = levels.map((level) => level.etag).findLast((said) => said !== undefined);
  if (etag === undefined || isEtagMode(etag)) return etag;
  throw new ArmatureError(
    "E_OPTION_INVALID",
    `A route's etag must be true, false, "weak" or "strong" (got ${JSON.stringify(etag)}).`,
  );
}
