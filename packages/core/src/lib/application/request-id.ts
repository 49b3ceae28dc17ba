import type { Exchange } from "@armature/http";

const WELL_FORMED = /^[\w.:/+=@-]{1,128}$/;

/** The last three digits of the counter, so that a new id is two texts put together and no number is written. */
const THOUSAND: readonly string[] = Array.from({ length: 1000 }, (_, count) =>
  String(count).padStart(3, "0"),
);

/**
 * Makes the function that names requests: the client's `x-request-id` where it is well-formed, else a new one.
 *
 * A request that never became an exchange gets a new one too. New ones are a random prefix of the process and a counter, unique across processes and cheap to make.
 */
export function createRequestIds(trustsClient: boolean): (exchange: Exchange | null) => string {
  const prefix = globalThis.crypto.randomUUID().slice(0, 18);
  let thousands = 0;
  let start = `${prefix}-0`;
  let count = 0;
  const next = (): string => {
    if (++count === 1000) {
      count = 0;
      start = [prefix, "-", ++thousands].join("");
    }
    return start + (THOUSAND[count] as string); // count < 1000
  };
  return (exchange) => {
    const given = trustsClient ? exchange?.headers.get("x-request-id") : undefined;
    return given !== undefined && WELL_FORMED.test(given) ? given : next();
  };
}
