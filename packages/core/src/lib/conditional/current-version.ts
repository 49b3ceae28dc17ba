import type { Etag } from "@armature/http";

/** What a handler says of the present version of what a request is about. */
export interface CurrentVersion {
  /** Its entity tag, e.g. "v7" or `{ value: "v7", weak: true }`; `null` where it does not exist yet. */
  readonly etag?: string | Etag | null;
  /** When it was modified. */
  readonly lastModified?: Date;
}
