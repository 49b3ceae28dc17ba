import { Receiver, Sender } from "ws";
import { maskedFrame, payloadOf, showBytes } from "../../frames.ts";
import type { Operation } from "../../operation.ts";

/** ws unmasks where the bytes lie: what it reads after the first time is other bytes, and as much work. */
export function operationOf(benchmark: string): Operation {
  return benchmark.includes("parse") ? parsing(benchmark) : serializing(benchmark);
}

function parsing(benchmark: string): Operation {
  const receiver = new Receiver({ isServer: true, allowSynchronousEvents: true });
  let last: Buffer = Buffer.alloc(0);
  receiver.on("message", (content: Buffer) => void (last = content));
  const frame = maskedFrame(payloadOf(benchmark));
  const run = (): number => {
    receiver.write(frame);
    return last.length;
  };
  const answer = (): string => {
    run();
    return showBytes(last);
  };
  return { run, answer };
}

/** A list of head and payload, which are written one after the other. */
function serializing(benchmark: string): Operation {
  const payload = payloadOf(benchmark);
  const options = { fin: true, opcode: 2, mask: false, readOnly: false, rsv1: false };
  const run = (): Buffer[] => Sender.frame(payload, options);
  return { run, answer: () => showBytes(Buffer.concat(run())) };
}
