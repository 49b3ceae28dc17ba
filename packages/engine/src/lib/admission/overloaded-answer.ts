import { HeaderBlock, type ResponseHead, statusText } from "@armature/http";

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

/** What a request is answered with that the server has no time for: problem details (RFC 9457), made once. */
export const OVERLOADED_BODY: string = JSON.stringify({
  type: "about:blank",
  title: statusText(503),
  status: 503,
  detail: "The server has more requests than it can answer in time; send the request again later.",
  code: "E_OVERLOADED",
});

/** The head of the answer to the nth request that was shed. */
export function overloadedHead(nth: number): ResponseHead {
  return HEADS[nth % HEADS.length] as ResponseHead; // the remainder is within
}
