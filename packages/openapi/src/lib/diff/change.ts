/** What a change means to the clients that are there. */
export type ChangeKind =
  /** There is more than before; no client notices. */
  | "added"
  /** Something is different, and a client that heeds the document goes on. */
  | "changed"
  /** A client that worked may fail. */
  | "breaking";

/** One difference between two documents. */
export interface ApiChange {
  readonly kind: ChangeKind;
  /** e.g. "POST /users" */
  readonly operation: string;
  /** Where in the operation, e.g. "request body/properties/name"; "" for the operation itself. */
  readonly place: string;
  /** What changed, and why that matters. */
  readonly reason: string;
}

/** A change whose operation is known from where it was found. */
export type LocalChange = Omit<ApiChange, "operation">;

/** Puts changes below a place. */
export function at(place: string, changes: readonly LocalChange[]): LocalChange[] {
  return changes.map((change) => ({
    ...change,
    place: change.place === "" ? place : `${place}/${change.place}`,
  }));
}

/** Which way values go: what narrows a request breaks its senders, what widens an answer breaks its readers. */
export type Direction = "request" | "answer";
