import { type AnyToken, TokenObject } from "../declare/token.ts";

/**
 * Makes values that stand for what is not there yet while constructors run to show what they inject.
 *
 * A stand-in tolerates nearly everything: any property, call or `new` gives another one, loops over it end at once, as a number
 * it is 0, as text it is empty, and `instanceof` its token is true. It cannot have private fields, and a constructor that
 * loops on its answers is stopped after {@link MAX_TOUCHES}.
 */
export class StandIns {
  readonly #byPrototype: Map<object, object> = new Map();
  /** How often stand-ins were touched since this was set to 0, for each constructor. */
  touches = 0;

  /** The stand-in for what has no token. */
  any(): object {
    return this.#of(Function.prototype);
  }

  /** The stand-in for a token; the same one each time. */
  for(token: AnyToken): object {
    return this.#of(token instanceof TokenObject ? Function.prototype : (token.prototype as object));
  }

  #of(prototype: object): object {
    let standIn = this.#byPrototype.get(prototype);
    if (standIn === undefined) this.#byPrototype.set(prototype, (standIn = this.#create(prototype)));
    return standIn;
  }

  #create(prototype: object): object {
    const next = (): object => {
      if (++this.touches > MAX_TOUCHES)
        throw new Error("A constructor does not come to an end on a stand-in.");
      return this.any();
    };
    // An ordinary function can be called and constructed, and lets the traps answer for all properties but `prototype`.
    return new Proxy(function standIn() {}, {
      get: (target, key) =>
        key === "prototype" ? target.prototype : (WELL_KNOWN.get(key) ?? answer(key, next)),
      apply: next,
      construct: next,
      has: () => true,
      set: () => true,
      defineProperty: () => true,
      deleteProperty: () => true,
      preventExtensions: () => false,
      setPrototypeOf: () => true,
      getPrototypeOf: () => prototype,
    });
  }
}

/** How often the stand-ins may be touched by one constructor. */
export const MAX_TOUCHES = 100_000;

/** Not thenable, so that `await` goes on; not disposable, so that nobody disposes it. */
const ABSENT: ReadonlySet<PropertyKey> = new Set([
  "then",
  Symbol.dispose,
  Symbol.asyncDispose,
  Symbol.toStringTag,
]);

const WELL_KNOWN: ReadonlyMap<PropertyKey, unknown> = new Map<PropertyKey, unknown>([
  [Symbol.toPrimitive, (hint: string) => (hint === "number" ? 0 : "")],
  [Symbol.iterator, () => [].values()],
  [Symbol.asyncIterator, () => noSteps()],
]);

function answer(key: PropertyKey, next: () => object): object | undefined {
  return ABSENT.has(key) ? undefined : next();
}

async function* noSteps(): AsyncGenerator<never> {}
