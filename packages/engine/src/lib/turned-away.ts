import type { FieldList, Refusal } from "@armature/http";
import { encodeProblem } from "./encode/problem.ts";
import { refusalOf, UNKNOWN_REQUEST } from "./encode/refusal-of.ts";
import { atEndOfTurn, type TurnTask } from "./connection/turn-queue.ts";
import { FAULTS } from "./parse/fault.ts";
import { type TimerWheel, WheelEntry } from "./timer-wheel.ts";
import type { Transport, TransportUser } from "./transport/transport.ts";

/** How long a client may take to read that there is no place, and to close. */
const LINGER_MS = 1_000;

const RETRY_AFTER = ["retry-after", "1"];

/** What turns clients away. */
export interface TurnedAwayHost {
  readonly wheel: TimerWheel;
  readonly now: () => number;
  readonly onRefusal: (refusal: Refusal) => FieldList | null;
  /** A client that was turned away is gone. */
  turnedAwayLeft(client: TurnedAway): void;
}

/** A client that found no place among the connections: it is told so with 503, whatever it sends, and cut if it stays. */
export class TurnedAway extends WheelEntry implements TransportUser, TurnTask {
  readonly #transport: Transport;
  readonly #host: TurnedAwayHost;
  #isOver = false;

  constructor(transport: Transport, host: TurnedAwayHost) {
    super();
    this.#transport = transport;
    this.#host = host;
    // The transport starts when this returns.
    atEndOfTurn(this);
  }

  endTurn(): void {
    if (this.#isOver) return;
    const fault = FAULTS.connectionsFull;
    const added = this.#host.onRefusal(refusalOf(fault, UNKNOWN_REQUEST, this.#transport.peer)) ?? [];
    this.#transport.write(encodeProblem(fault, "", Date.now(), [...RETRY_AFTER, ...added]));
    this.#transport.end();
    this.#host.wheel.schedule(this, this.#host.now() + LINGER_MS);
  }

  override due(): void {
    this.cut();
  }

  /** Goes away at once. */
  cut(): void {
    this.#isOver = true;
    this.#transport.destroy();
  }

  /** What it sends is dropped, so that it can read its answer. */
  data(): void {}

  ended(): void {}

  heldUp(): void {}

  drained(): void {}

  closed(): void {
    this.#isOver = true;
    this.#host.wheel.cancel(this);
    this.#host.turnedAwayLeft(this);
  }
}
