import type { Token } from "@armature/di";
import type { Context } from "../context/context.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { Constructor } from "../pipeline/stages.ts";
import type { ModuleDefinition } from "./module-definition.ts";

/** The providers of one request. */
export interface RequestScope {
  /** What a module sees under a token; waits for async factories of the request. */
  resolve<T>(token: Token<T>, module: ModuleRuntime): MaybePromise<T>;
  /** The same for what needs no waiting. @throws DiError `E_DI_ASYNC` for what does */
  inject<T>(token: Token<T>, module: ModuleRuntime): T;
  /** Lets go of what the request's providers hold. */
  dispose(): Promise<void>;
}

/** A module of an application: its definition, and its instances. */
export interface ModuleRuntime {
  readonly name: string;
  readonly definition: ModuleDefinition;
  /** Whether controllers were constructed, so that they have shown their route fields. */
  readonly isConstructed: boolean;
  /** Whether a class is made anew for each request. */
  isPerRequest(type: Constructor<object>): boolean;
  /** The one instance of a class; made in the module's own injection context where no provider names it. */
  instanceOf<T extends object>(type: Constructor<T>): T;
  /** An instance of a request-scoped class to read its fields from; it serves no request. */
  sampleOf<T extends object>(type: Constructor<T>): T;
  openScope(context: Context): RequestScope;
}
