import type { ConstantAnswer } from "@armature/http";
import { hasContent } from "./answer-head.ts";
import { toWire } from "./body-text.ts";
import { wholeFraming } from "./framing-lines.ts";
import { statusLine } from "./status-line.ts";

/** A constant answer to a request of HTTP/1.1 as it is written, to those whose connection stays open. */
export interface ConstantParts {
  /** Status line and fields. */
  readonly before: Uint8Array;
  /** Whether a `date` line stands between the two. */
  readonly dated: boolean;
  /** The rest of the head, and the body. */
  readonly after: Uint8Array;
}

/** What a constant answer is written as, byte for byte as if a handler had given it. */
export function constantParts({ method, head, body }: ConstantAnswer): ConstantParts {
  const { status, block } = head;
  const wire = typeof body === "string" ? toWire(body) : body;
  const lines = wholeFraming({ method, version: "1.1" }, status, wire === null ? null : wire.length);
  const content = hasContent(method, status) && wire !== null ? wire : "";
  return {
    before: Buffer.from(statusLine(status) + block.wire, "latin1"),
    dated: !block.hasDate,
    after: Buffer.concat([Buffer.from(`${lines}\r\n`, "latin1"), Buffer.from(content)]),
  };
}
