import { withTimeLimit } from "./time-limit.ts";

/** Called when every provider exists, before requests are served; dependencies first. */
export interface OnModuleInit {
  onModuleInit(): void | Promise<void>;
}

/** Called when all modules are ready, right before the application listens; dependencies first. */
export interface OnApplicationBootstrap {
  onApplicationBootstrap(): void | Promise<void>;
}

/** Called when the application is asked to stop, while it still serves requests; dependents first. */
export interface BeforeApplicationShutdown {
  beforeApplicationShutdown(signal?: string): void | Promise<void>;
}

/** Called when the last request is answered, to let go of what the provider holds; dependents first. */
export interface OnModuleDestroy {
  onModuleDestroy(): void | Promise<void>;
}

/** Called last, with the signal that asked for the stop; dependents first. */
export interface OnApplicationShutdown {
  onApplicationShutdown(signal?: string): void | Promise<void>;
}

/** The names of the lifecycle hooks. */
export type LifecycleHook =
  | keyof OnModuleInit
  | keyof OnApplicationBootstrap
  | keyof BeforeApplicationShutdown
  | keyof OnModuleDestroy
  | keyof OnApplicationShutdown;

/** Calls a hook on each instance that has it, one after the other; stops at the first that fails. */
export async function startHooks(instances: readonly unknown[], hook: LifecycleHook): Promise<void> {
  for (const instance of instances) await callHook(instance, hook, undefined);
}

/**
 * Calls `onModuleInit` on each instance; where one fails, `onModuleDestroy` of those before it runs, so that what they opened is closed.
 * @throws what the hook threw; an AggregateError where closing failed too
 */
export async function initModules(instances: readonly unknown[]): Promise<void> {
  for (const [at, instance] of instances.entries()) {
    try {
      await callHook(instance, "onModuleInit", undefined);
    } catch (error) {
      const failures = await stopHooks(instances.slice(0, at), "onModuleDestroy");
      if (failures.length === 0) throw error;
      throw new AggregateError(
        [error, ...failures],
        "A provider failed to start, and others failed to stop.",
        { cause: error },
      );
    }
  }
}

/** Milliseconds that a hook of the stop may take where nobody says otherwise. */
export const HOOK_TIMEOUT_MS = 10_000;

/** How the hooks of a stop are called. */
export interface StopHookOptions {
  readonly signal?: string | undefined;
  /** Milliseconds that each may take; 0 means any time. */
  readonly timeoutMs?: number;
}

/**
 * Calls a hook on each instance that has it, the last first; all are called, and what failed is returned. One that takes too long
 * is left behind.
 */
export async function stopHooks(
  instances: readonly unknown[],
  hook: LifecycleHook,
  { signal, timeoutMs = HOOK_TIMEOUT_MS }: StopHookOptions = {},
): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const instance of instances.toReversed()) {
    try {
      await withTimeLimit(callHook(instance, hook, signal), timeoutMs, nameOf(instance, hook));
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

function nameOf(instance: unknown, hook: LifecycleHook): string {
  const name = typeof instance === "object" && instance !== null ? instance.constructor?.name : undefined;
  return `${name ?? "a value"}.${hook}`;
}

async function callHook(instance: unknown, hook: LifecycleHook, signal: string | undefined): Promise<void> {
  if (typeof instance !== "object" || instance === null || !(hook in instance)) return;
  // The hook was just found; only its own class knows its type, and a hook takes a signal or nothing.
  const method = (instance as Record<string, unknown>)[hook];
  if (typeof method === "function") await method.call(instance, signal);
}
