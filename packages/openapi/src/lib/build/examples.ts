import type { OpenApiMedia } from "../document/open-api.ts";

/** Examples by name as a media type has them; nothing where there are none. */
export function toExamples(
  examples: Readonly<Record<string, unknown>> | undefined,
): Pick<OpenApiMedia, "examples"> {
  if (examples === undefined) return {};
  return {
    examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
  };
}
