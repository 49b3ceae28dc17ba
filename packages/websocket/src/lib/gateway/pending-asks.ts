import { ArmatureError } from "@armature/http";
import type { Checked, Validator } from "@armature/schema";
import type { PacketError } from "../protocol/packet.ts";

/** One question that waits for its reply. */
interface Ask {
  readonly event: string;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** The questions of one socket that wait for their replies. */
export class PendingAsks {
  readonly #replies: ReadonlyMap<string, Validator<unknown>>;
  readonly #asks = new Map<number, Ask>();
  #nextId = 1;
  #isClosed = false;

  /** @param replies how the replies of the events that have one are checked */
  constructor(replies: ReadonlyMap<string, Validator<unknown>>) {
    this.#replies = replies;
  }

  /** Asks, and gives the reply. */
  open(event: string, timeoutMs: number, send: (id: number) => void): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(closed(event));
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const timer = setTimeout(() => this.#take(id)?.reject(late(event, timeoutMs)), timeoutMs);
      this.#asks.set(id, { event, resolve, reject, timer });
      try {
        send(id);
      } catch (error) {
        this.#take(id);
        throw error;
      }
    });
  }

  /** A reply came; one that nobody waits for is dropped. */
  reply(id: number, data: unknown): void {
    const ask = this.#take(id);
    if (ask === null) return;
    const validator = this.#replies.get(ask.event);
    if (validator === undefined) ask.resolve(undefined);
    else void this.#check(ask, validator, data);
  }

  refuse(id: number, { code, message }: PacketError): void {
    const ask = this.#take(id);
    ask?.reject(
      new ArmatureError("E_ACK_REFUSED", `The client answers "${ask.event}" with ${code}: ${message}`),
    );
  }

  /** The socket is closed: nothing more comes. */
  close(): void {
    this.#isClosed = true;
    for (const id of this.#asks.keys()) {
      const ask = this.#take(id);
      ask?.reject(closed(ask.event));
    }
  }

  async #check({ event, resolve, reject }: Ask, validator: Validator<unknown>, data: unknown): Promise<void> {
    try {
      const checked: Checked<unknown> = await validator.validate(data);
      if (checked.ok) return resolve(checked.value);
      const [problem] = checked.problems;
      reject(
        new ArmatureError(
          "E_ACK_INVALID",
          `The reply to "${event}" is wrong at "${problem?.path}": ${problem?.message}`,
        ),
      );
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #take(id: number): Ask | null {
    const ask = this.#asks.get(id);
    if (ask === undefined) return null;
    this.#asks.delete(id);
    clearTimeout(ask.timer);
    return ask;
  }
}

function closed(event: string): ArmatureError {
  return new ArmatureError("E_ACK_CLOSED", `The socket closed before "${event}" was answered.`);
}

function late(event: string, timeoutMs: number): ArmatureError {
  return new ArmatureError("E_ACK_TIMEOUT", `The client did not answer "${event}" within ${timeoutMs} ms.`);
}
