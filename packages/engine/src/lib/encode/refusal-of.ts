import type { Peer, Refusal } from "@armature/http";
import type { Fault } from "../parse/fault.ts";
import { problemBody } from "./problem.ts";

/** What is known of a request that is refused. */
export interface Refused {
  readonly method: string;
  readonly target: string;
}

/** A request that did not get so far. */
export const UNKNOWN_REQUEST: Refused = { method: "", target: "" };

/** What is told of a request that is refused before a handler saw it. */
export function refusalOf(fault: Fault, { method, target }: Refused, peer: Peer): Refusal {
  const { status, code, detail } = fault;
  const bodyBytes = method === "HEAD" ? 0 : problemBody(fault).length;
  return { status, code, detail, bodyBytes, method, target, peer };
}
