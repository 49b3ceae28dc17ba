import { HeaderBlock, type ResponseHead } from "@armature/http";
import { problemBody } from "../encode/problem.ts";
import type { Fault } from "../parse/fault.ts";

/** Seconds after which a client may come again; clients get different ones, so that they do not come again all at once. */
const RETRY_AFTER_S = [1, 2, 3] as const;

const HEADS: readonly ResponseHead[] = RETRY_AFTER_S.map((seconds) => ({
  status: 503,
  block: new HeaderBlock([
    "content-type",
    "application/problem+json",
    "cache-control",
    "no-store",
    "retry-after",
    String(seconds),
  ]),
  fields: null,
}));

/** Why a request is refused that the server has no time for. */
export const OVERLOADED: Fault = {
  status: 503,
  code: "E_OVERLOADED",
  detail: "The server has more requests than it can answer in time; send the request again later.",
};

/** What such a request is answered with: problem details (RFC 9457), made once. */
export const OVERLOADED_BODY: string = problemBody(OVERLOADED);

/** The head of the answer to the nth request that was shed. */
export function overloadedHead(nth: number): ResponseHead {
  return HEADS[nth % HEADS.length] as ResponseHead; // the remainder is within
}
