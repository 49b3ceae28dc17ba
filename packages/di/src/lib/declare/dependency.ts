import type { AnyToken, ResultOf } from "./token.ts";

/** A dependency of a factory that may be missing, or that is looked up later. */
export interface DependencyOptions {
  readonly token: AnyToken;
  /** Gives `undefined` where nobody provides the token. Default `false`. */
  readonly optional?: boolean;
  /** Gives a function that looks the token up when it is called; allowed in cycles. Default `false`. */
  readonly lazy?: boolean;
}

/** An entry of a factory's `inject` list: a token, or a token with options. */
export type Dependency = AnyToken | DependencyOptions;

/** The argument that a factory receives for an entry of its `inject` list. */
export type Injected<TDependency> = TDependency extends AnyToken
  ? ResultOf<TDependency>
  : TDependency extends { readonly token: infer TToken }
    ? TDependency extends { readonly lazy: true }
      ? () => Found<TDependency, TToken>
      : Found<TDependency, TToken>
    : never;

/** The arguments that a factory receives for its `inject` list. */
export type InjectedAll<TDependencies extends readonly Dependency[]> = {
  -readonly [TIndex in keyof TDependencies]: Injected<TDependencies[TIndex]>;
};

type Found<TDependency, TToken> = TDependency extends { readonly optional: true }
  ? ResultOf<TToken> | undefined
  : ResultOf<TToken>;
