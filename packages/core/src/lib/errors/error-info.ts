import type { StandardSchemaV1 } from "@armature/schema";

/** An error that a route can answer, as documents and tools see it. */
export interface ErrorInfo {
  readonly status: number;
  readonly code: string;
  /** "" where nobody said anything. */
  readonly description: string;
  /** The schema of the members that the problem document has beside the standard ones; `null` where it has none. */
  readonly details: StandardSchemaV1 | null;
  /**
   * What answers it: who declared it, e.g. "guard isAdmin", or "validation", "body" and "server" for what the framework answers
   * itself.
   */
  readonly sources: readonly string[];
}
