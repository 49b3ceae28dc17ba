import { DiError } from "../fault/di-error.ts";
import { describe } from "../fault/describe.ts";
import { IMPORT_CYCLE_MEND } from "../fault/import-cycle-mend.ts";
import { type AnyToken, isToken, labelOf, type Token } from "./token.ts";

/** Who answers `inject()` while a constructor, a factory or a `run` callback is on the stack. */
export interface InjectionContext {
  inject(token: AnyToken, optional: boolean): unknown;
  lazy(token: AnyToken, optional: boolean): () => unknown;
}

/** Whether a dependency may be missing. */
export interface InjectOptions {
  /** Gives `undefined` where nobody provides the token. Default `false`. */
  readonly optional?: boolean;
}

/** The type of {@link inject}. */
export interface Inject {
  <T>(token: Token<T>): T;
  <T>(token: Token<T>, options: InjectOptions & { readonly optional: true }): T | undefined;
  lazy<T>(token: Token<T>): () => T;
  lazy<T>(token: Token<T>, options: InjectOptions & { readonly optional: true }): () => T | undefined;
}

/**
 * Gives what the module of the class under construction provides for a token.
 *
 * Works in field initialisers and constructors of classes that the container builds, in factories for the tokens of their
 * `inject` list, and inside `container.run` and `scope.run`; not after an `await`. `inject.lazy` gives a function that looks
 * the token up when it is called, after the start: two providers may need each other that way. A lazy transient is a new
 * instance at every call.
 *
 * @example
 * class OrderService {
 *   #users = inject(UserService);
 *   #cache = inject(Cache, { optional: true }); // Cache | undefined
 *   #invoices = inject.lazy(InvoiceService); // () => InvoiceService
 * }
 * @throws DiError `E_DI_NO_CONTEXT` anywhere else; `E_DI_TOKEN_INVALID` for what is no token
 */
export const inject: Inject = /* @__PURE__ */ Object.assign(injectNow, { lazy: injectLazy });

let current: InjectionContext | null = null;

function injectNow<T>(token: Token<T>): T;
function injectNow<T>(token: Token<T>, options: InjectOptions & { readonly optional: true }): T | undefined;
function injectNow(token: AnyToken, options?: InjectOptions): unknown {
  if (current === null) throw noContext(token, "inject");
  return current.inject(token, options?.optional === true);
}

function injectLazy<T>(token: Token<T>): () => T;
function injectLazy<T>(
  token: Token<T>,
  options: InjectOptions & { readonly optional: true },
): () => T | undefined;
function injectLazy(token: AnyToken, options?: InjectOptions): () => unknown {
  if (current === null) throw noContext(token, "inject.lazy");
  return current.lazy(token, options?.optional === true);
}

/** Builds an instance while `context` answers `inject()`. */
export function constructIn<T>(context: InjectionContext, target: new () => T): T {
  const outer = current;
  current = context;
  try {
    return new target();
  } finally {
    current = outer;
  }
}

/** Calls a function while `context` answers `inject()`. */
export function callIn<TArgs extends readonly unknown[], TResult>(
  context: InjectionContext,
  call: (...args: TArgs) => TResult,
  args: TArgs,
): TResult {
  const outer = current;
  current = context;
  try {
    return call(...args);
  } finally {
    current = outer;
  }
}

/** What `inject()` throws for something that is no token. */
export function tokenError(given: unknown): DiError {
  const hint = given === undefined ? IMPORT_CYCLE_MEND : "Tokens are classes and what token() makes.";
  return new DiError("E_DI_TOKEN_INVALID", `inject() was given ${describe(given)}. ${hint}`);
}

function noContext(token: AnyToken, verb: string): DiError {
  if (!isToken(token)) return tokenError(token);
  return new DiError(
    "E_DI_NO_CONTEXT",
    `${verb}(${labelOf(token)}) was called outside of an injection context. ` +
      "Call it in a field initialiser or constructor of a class that the container builds, or inside container.run(() => ...); " +
      "not after an await, and not through a second copy of @armature/di.",
  );
}
