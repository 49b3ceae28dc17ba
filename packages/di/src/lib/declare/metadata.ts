import type { AnyToken } from "./token.ts";

// Decorators give `context.metadata` only where the symbol exists before the first decorated class is evaluated.
if (Symbol.metadata === undefined) {
  Object.defineProperty(Symbol, "metadata", { value: Symbol.for("Symbol.metadata") });
}

type Constructor = Extract<AnyToken, abstract new (...args: never[]) => unknown>;

/**
 * What decorators and `define*` functions have noted about a class, those of its base classes included; `null` where there is nothing.
 *
 * @example
 * readMetadata(UserService)?.[MY_KEY];
 */
export function readMetadata(target: Constructor): DecoratorMetadataObject | null {
  const metadata: unknown = Reflect.get(target, Symbol.metadata);
  return typeof metadata === "object" && metadata !== null ? (metadata as DecoratorMetadataObject) : null;
}

/**
 * The metadata object of the class itself, made where there is none: notes for a class without decorators.
 *
 * @example
 * ensureMetadata(UserService)[MY_KEY] = "note";
 */
export function ensureMetadata(target: Constructor): DecoratorMetadataObject {
  if (Object.hasOwn(target, Symbol.metadata)) {
    const own = readMetadata(target);
    if (own !== null) return own;
  }
  // What it inherits from is the base class's, as the decorators proposal has it.
  const metadata = Object.create(readMetadata(target)) as DecoratorMetadataObject;
  Object.defineProperty(target, Symbol.metadata, { configurable: true, writable: true, value: metadata });
  return metadata;
}
