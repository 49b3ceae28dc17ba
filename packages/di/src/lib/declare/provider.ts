import type { Dependency, InjectedAll } from "./dependency.ts";
import type { AnyToken, ProvidableToken, ProvidedOf, Token } from "./token.ts";

/** How long an instance lives: as long as the container, for one request, or for whoever injects it. */
export type ProviderScope = "singleton" | "request" | "transient";

/** Gives a new instance of a class, built by the container. */
export interface ClassRecipe<T> {
  readonly useClass: new () => T;
  /** Default: what the class says, else "singleton". */
  readonly scope?: ProviderScope;
  readonly useValue?: never;
  readonly useFactory?: never;
  readonly useExisting?: never;
  readonly inject?: never;
}

/** Gives a value as it is; the container does not own it and never disposes it. */
export interface ValueRecipe<T> {
  readonly useValue: T;
  readonly useClass?: never;
  readonly useFactory?: never;
  readonly useExisting?: never;
  readonly inject?: never;
}

/** Gives what a function returns, or what its promise resolves to. It never runs during the check of the graph. */
export interface FactoryRecipe<T, TDependencies extends readonly Dependency[]> {
  readonly useFactory: (...args: InjectedAll<TDependencies>) => T | PromiseLike<T>;
  /** What the factory is called with. Default: nothing. */
  readonly inject?: TDependencies;
  /** Default "singleton". */
  readonly scope?: ProviderScope;
  /**
   * How the result is given back: a function, or `false` where somebody else owns it. Default: `Symbol.asyncDispose` or
   * `Symbol.dispose` where the result has one.
   */
  readonly dispose?: false | ((value: T) => void | PromiseLike<void>);
  readonly useValue?: never;
  readonly useClass?: never;
  readonly useExisting?: never;
}

/** Gives what another token gives: an alias, never a second instance. */
export interface ExistingRecipe<T> {
  readonly useExisting: Token<T>;
  readonly useClass?: never;
  readonly useValue?: never;
  readonly useFactory?: never;
  readonly inject?: never;
}

/** How a provider comes to its value; exactly one of `useClass`, `useValue`, `useFactory` and `useExisting`. */
export type Recipe<T, TDependencies extends readonly Dependency[]> =
  | ClassRecipe<T>
  | ValueRecipe<T>
  | FactoryRecipe<T, TDependencies>
  | ExistingRecipe<T>;

declare const checked: unique symbol;

/** A provider whose recipe was held against its token; made by {@link provide}. */
export interface ProviderRecord {
  readonly provide: AnyToken;
  readonly [checked]: true;
}

/** An entry of a module's `providers`: a class that is its own token, or what {@link provide} made. */
export type Provider = (new () => object) | ProviderRecord;

/**
 * Registers a value, class, factory or alias for a token; a recipe that does not fit the token does not compile.
 *
 * For a multi token it registers one contribution. A factory without parameters that returns a literal out of a union needs
 * `as const` or a return type, because TypeScript widens literals there.
 *
 * @example
 * provide(PORT, { useValue: 3000 });
 * provide(Logger, { useClass: ConsoleLogger, scope: "transient" });
 * provide(Database, { inject: [Config], useFactory: async (config) => Database.open(config.url), dispose: (db) => db.close() });
 * provide(HEALTH_CHECKS, { useExisting: DatabaseHealth });
 */
export function provide<T, const TDependencies extends readonly Dependency[] = readonly []>(
  token: ProvidableToken<T>,
  recipe: Recipe<NoInfer<T>, TDependencies>,
): ProviderRecord {
  // The signature has held the recipe against the token; the symbol exists for the compiler alone.
  return Object.freeze({ ...recipe, provide: token }) as unknown as ProviderRecord;
}

/**
 * Checks the entries of a `providers` list that is written as plain objects, for functions that take such a list. Parameters
 * of a factory need their types there; with {@link provide} they are inferred.
 *
 * @example
 * declare function defineModule<const P extends readonly unknown[]>(spec: { providers: P & CheckedProviders<P> }): void;
 * defineModule({ providers: [UserService, { provide: PORT, useValue: 3000 }] });
 */
export type CheckedProviders<TProviders extends readonly unknown[]> = {
  readonly [TIndex in keyof TProviders]: CheckedProvider<TProviders[TIndex]>;
};

/** The type that one plain entry of a `providers` list has to have, see {@link CheckedProviders}. */
export type CheckedProvider<TEntry> = TEntry extends Provider
  ? TEntry
  : TEntry extends { readonly provide: infer TToken extends AnyToken }
    ? { readonly provide: TToken } & CheckedRecipe<TEntry, ProvidedOf<TToken>>
    : Provider;

type CheckedRecipe<TEntry, T> = TEntry extends { readonly inject: infer TList extends readonly Dependency[] }
  ? FactoryRecipe<T, TList>
  : TEntry extends { readonly useFactory: unknown }
    ? FactoryRecipe<T, readonly []>
    : TEntry extends { readonly useClass: unknown }
      ? ClassRecipe<T>
      : TEntry extends { readonly useExisting: unknown }
        ? ExistingRecipe<T>
        : ValueRecipe<T>;
