import { HttpError, type FieldList, type ListenOptions, type Refusal } from "@armature/http";
import { logSafely } from "../application/logger.ts";
import type { Runtime } from "../pipeline/compiled-route.ts";
import { channels, isObserved } from "./channels.ts";
import type { RequestMessage } from "./request-message.ts";

/** Numbers, logs and publishes the requests that an engine refuses before the application sees them. */
export function refusalHandler(runtime: Runtime): NonNullable<ListenOptions["onRefusal"]> {
  return (refusal) => {
    const { onRefusal, sendsRequestId } = runtime;
    if (!sendsRequestId && onRefusal === null && !isObserved()) return null;
    const id = runtime.requestIdOf(null);
    if (onRefusal !== null) logSafely(() => onRefusal(refusal, id));
    if (isObserved()) publishRefusal(refusal, id);
    return sendsRequestId ? idField(id) : null;
  };
}

function idField(id: string): FieldList {
  return ["x-request-id", id];
}

/** All that can be said is known at once. */
function publishRefusal(refusal: Refusal, id: string): void {
  const { method, target, peer, status, code, detail, bodyBytes } = refusal;
  const message: RequestMessage = {
    method,
    target,
    peer,
    startedMs: performance.now(),
    exchange: null,
    context: null,
    route: null,
    id,
    status,
    bodyBytes,
    error: new HttpError(status, code, detail),
  };
  channels.start.runStores(message, () => {
    channels.error.publish(message);
    channels.sent.publish(message);
  });
}
