import type { Exchange } from "@armature/http";

const WELL_FORMED = /^[\w.:/+=@-]{1,128}$/;

/**
 * Makes the function that names requests: the client's `x-request-id` where it is well-formed, else a new one.
 *
 * A request that never became an exchange gets a new one too. New ones are a random prefix of the process and a counter, unique across processes and cheap to make.
 */
export function createRequestIds(trustsClient: boolean): (exchange: Exchange | null) => string {
  const prefix = globalThis.crypto.randomUUID().slice(0, 18);
  let count = 0;
  return (exchange) => {
    const given = trustsClient ? exchange?.headers.get("x-request-id") : undefined;
    return given !== undefined && WELL_FORMED.test(given) ? given : `${prefix}-${++count}`;
  };
}
