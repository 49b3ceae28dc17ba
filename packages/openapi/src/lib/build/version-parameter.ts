import type { RouteInfo, Versioning } from "@armature/core";
import type { OpenApiParameter } from "../document/open-api.ts";

/** How a request says the version of a route; nothing where the path says it, or the media type, which is no parameter. */
export function versionParameter(
  { versions }: RouteInfo,
  versioning: Versioning | undefined,
): OpenApiParameter[] {
  if (versions === null || versioning === undefined) return [];
  if (versioning.type !== "header" && versioning.type !== "query") return [];
  const isDefault = versioning.default !== undefined && versions.includes(versioning.default);
  return [
    {
      name: versioning.name ?? (versioning.type === "header" ? "x-api-version" : "version"),
      in: versioning.type,
      ...(isDefault ? {} : { required: true }),
      description: "The version of the API.",
      schema: { type: "string", enum: versions },
    },
  ];
}
