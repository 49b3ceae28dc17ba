/** A class as a token: its instances are injected. Abstract classes too, so that a class can stand for an interface. */
export type ClassToken<T> = abstract new (...args: never[]) => T;

/** What can be injected, and gives a `T`. */
export type Token<T> = ClassToken<T> | TokenObject<T, unknown>;

/** What a provider of `T` can be registered for: one contribution where the token is a {@link MultiToken}. */
export type ProvidableToken<T> = ClassToken<T> | TokenObject<unknown, T>;

/** Any token at all. */
export type AnyToken = Token<unknown>;

/** The type that injecting a token gives. */
export type ResultOf<TToken> = TToken extends Token<infer T> ? T : never;

/** The type that a provider for a token has to give. */
export type ProvidedOf<TToken> = TToken extends ProvidableToken<infer T> ? T : never;

/**
 * A token that is no class. Its identity is the object; the name is for messages alone.
 * Made by {@link token} and `token.multi`.
 */
export class TokenObject<TResult, TProvided> {
  /** Carry the types; never set. */
  declare readonly "~result"?: TResult;
  declare readonly "~provided"?: TProvided;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** The name that messages use. */
  get name(): string {
    return this.#name;
  }
}

/** A token for a value or an interface. */
export class ValueToken<T> extends TokenObject<T, T> {
  declare readonly "~kind"?: "value";
}

/** A token that many providers contribute to; injecting it gives all of them that are visible. */
export class MultiToken<T> extends TokenObject<readonly T[], T> {
  declare readonly "~kind"?: "multi";
  /** Whether contributions of all modules are visible to all modules, exported or not. */
  readonly everywhere: boolean;

  constructor(name: string, everywhere: boolean) {
    super(name);
    this.everywhere = everywhere;
  }
}

/** How the contributions of a multi token are found. */
export interface MultiTokenOptions {
  /**
   * Collects from every module of the application, whoever imports whom: for extension points such as health checks or
   * migrations. Default `false`: what the injecting module sees.
   */
  readonly everywhere?: boolean;
}

/** The type of {@link token}. */
export interface TokenFactory {
  <T>(name: string): ValueToken<T>;
  multi<T>(name: string, options?: MultiTokenOptions): MultiToken<T>;
}

/**
 * Makes a token for something that is not a class; `token.multi` makes one that many providers contribute to.
 *
 * Contributions come in the order of the modules (imported ones first), then in the order of a module's providers.
 *
 * @example
 * const PORT = token<number>("PORT");
 * const HEALTH_CHECKS = token.multi<HealthCheck>("HEALTH_CHECKS", { everywhere: true });
 *
 * class Server {
 *   #port = inject(PORT); // number
 *   #checks = inject(HEALTH_CHECKS); // readonly HealthCheck[]
 * }
 */
export const token: TokenFactory = /* @__PURE__ */ Object.assign(createValueToken, {
  multi: createMultiToken,
});

function createValueToken<T>(name: string): ValueToken<T> {
  return new ValueToken<T>(name);
}

function createMultiToken<T>(name: string, options: MultiTokenOptions = {}): MultiToken<T> {
  return new MultiToken<T>(name, options.everywhere ?? false);
}

/** Whether a value can serve as a token. */
export function isToken(value: unknown): value is AnyToken {
  return value instanceof TokenObject || isConstructor(value);
}

/** Whether a value can be called with `new`; tells classes from arrow functions and methods without calling anything. */
export function isConstructor(value: unknown): value is new (...args: unknown[]) => object {
  if (typeof value !== "function") return false;
  try {
    // Only `prototype` of the new target is read; the function itself does not run.
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}

/** The name of a token for messages. */
export function labelOf(given: AnyToken): string {
  return given.name === "" ? "(anonymous class)" : given.name;
}
