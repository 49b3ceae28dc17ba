import { parseEtag, type Etag } from "@armature/http";

/** A tag as it stands in a field, or what stands between its quotes. */
export function toEtag(tag: string | Etag): Etag {
  return typeof tag === "string" ? (parseEtag(tag) ?? { value: tag, weak: false }) : tag;
}
