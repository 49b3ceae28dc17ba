import type { EngineExchange } from "./exchange.ts";

/** The exchanges of a connection whose answers are not complete, in the order of their requests. */
export class ExchangeQueue {
  first: EngineExchange | null = null;
  size = 0;
  #last: EngineExchange | null = null;

  push(exchange: EngineExchange): void {
    if (this.#last === null) this.first = exchange;
    else this.#last.next = exchange;
    this.#last = exchange;
    this.size++;
  }

  shift(): EngineExchange | null {
    const first = this.first;
    if (first === null) return null;
    this.first = first.next;
    if (this.first === null) this.#last = null;
    first.next = null;
    this.size--;
    return first;
  }
}
