import { ensureMetadata, readMetadata } from "./metadata.ts";
import type { ProviderScope } from "./provider.ts";

/** What a class says about itself as a provider. */
export interface InjectableOptions {
  /** Default "singleton". */
  readonly scope?: ProviderScope;
}

const INJECTABLE: unique symbol = Symbol("armature.injectable");

/**
 * Says how a class is provided where its provider does not say it; returns the class.
 *
 * A class needs none of this to be provided. `static scope = "request" as const` says the same without a call.
 *
 * @example
 * export const CurrentUser = defineInjectable(class CurrentUser {}, { scope: "request" });
 */
export function defineInjectable<TClass extends new () => object>(
  target: TClass,
  options: InjectableOptions = {},
): TClass {
  ensureMetadata(target)[INJECTABLE] = options;
  return target;
}

/** A class decorator for classes whose constructors need no arguments. */
export type InjectableDecorator = <TClass extends abstract new () => object>(
  target: TClass,
  context: ClassDecoratorContext<TClass>,
) => void;

/**
 * Says how a class is provided, as a decorator; the same as {@link defineInjectable}.
 *
 * @example
 * @Injectable({ scope: "request" })
 * class CurrentUser {}
 */
export function Injectable(options: InjectableOptions = {}): InjectableDecorator {
  return (target, context) => {
    // A compiler that does not know decorator metadata leaves it undefined.
    const metadata = (context.metadata as DecoratorMetadataObject | undefined) ?? ensureMetadata(target);
    metadata[INJECTABLE] = options;
  };
}

/** The scope that a class asks for, whatever its type; `undefined` where it asks for none. */
export function scopeOfClass(target: abstract new (...args: never[]) => unknown): unknown {
  const noted = readMetadata(target)?.[INJECTABLE] as InjectableOptions | undefined; // written above alone
  return noted?.scope ?? (target as { readonly scope?: unknown }).scope;
}

/** Whether a value is the name of a scope. */
export function isProviderScope(value: unknown): value is ProviderScope {
  return value === "singleton" || value === "request" || value === "transient";
}
