import type { JsonSchema } from "@armature/schema";

/**
 * What a route, controller or group says of itself to people; documents of the API show it.
 *
 * @example
 * get("/users/:id", { docs: { summary: "Finds a user", tags: ["users"] } }, ({ params }) => find(params.id));
 */
export interface RouteDocs {
  /** One line. */
  readonly summary?: string;
  /** Paragraphs, in CommonMark. */
  readonly description?: string;
  /** The name of the operation, unique in the application. Default: made of where the handler stands. */
  readonly operationId?: string;
  /** Groups under which it is listed. Default: its module. */
  readonly tags?: readonly string[];
  /** Whether it should not be used any more. Default false. */
  readonly deprecated?: boolean;
  /** Whether documents leave it out. Default false. */
  readonly hidden?: boolean;
  /** Examples of the request's body, by name. */
  readonly examples?: Readonly<Record<string, unknown>>;
  /** Examples of the answer's body, by status, then by name. */
  readonly answers?: Readonly<Record<number, Readonly<Record<string, unknown>>>>;
  /** Bodies that the handler reads itself, such as uploads: their JSON Schema by media type. */
  readonly bodies?: Readonly<Record<string, JsonSchema>>;
  /** Answers that are no JSON, such as streams: by status, their JSON Schema by media type. */
  readonly contents?: Readonly<Record<number, Readonly<Record<string, JsonSchema>>>>;
}

/** What several levels say, the outermost first: the innermost wins, and each says something of its own. */
export function joinDocs(levels: readonly (RouteDocs | undefined)[]): RouteDocs {
  return Object.assign({}, ...levels) as RouteDocs; // a join of the same shape
}
