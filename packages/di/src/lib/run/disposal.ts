import { DiError } from "../fault/di-error.ts";
import { messageOf } from "../fault/describe.ts";

/** Something to give back, with the name that messages use. */
export interface Disposal {
  readonly label: string;
  /** Does it; a promise where that takes time. */
  readonly dispose: () => unknown;
}

/** Whether a value has a dispose method, own or inherited. */
export function isDisposable(value: unknown): value is Partial<Disposable & AsyncDisposable> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return Symbol.asyncDispose in value || Symbol.dispose in value;
}

/** Calls the dispose method of a value; the asynchronous one where there are both. */
export function disposeValue(value: unknown): unknown {
  if (!isDisposable(value)) return undefined;
  return value[Symbol.asyncDispose] === undefined
    ? value[Symbol.dispose]?.()
    : value[Symbol.asyncDispose]?.();
}

/**
 * Does all of them, the last one first and one after the other; at once where none takes time. One that fails does not keep
 * the others from being done.
 * @throws DiError `E_DI_DISPOSE` with all failures as the errors of its cause
 */
export function disposeAll(disposals: readonly Disposal[]): void | Promise<void> {
  const failures: Failure[] = [];
  for (let at = disposals.length - 1; at >= 0; at--) {
    const disposal = disposals[at] as Disposal; // 0 <= at < length
    const result = attempt(disposal, failures);
    if (isPromiseLike(result)) return disposeRest(disposals.slice(0, at), { disposal, result, failures });
  }
  throwFailures(failures);
}

/** Whether a value has to be awaited. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof (value as { readonly then?: unknown }).then === "function";
}

interface Failure {
  readonly label: string;
  readonly error: unknown;
}

interface InWork {
  readonly disposal: Disposal;
  readonly result: PromiseLike<unknown>;
  readonly failures: Failure[];
}

async function disposeRest(rest: readonly Disposal[], { disposal, result, failures }: InWork): Promise<void> {
  await settle(disposal, result, failures);
  for (const next of rest.toReversed()) await settle(next, attempt(next, failures), failures);
  throwFailures(failures);
}

function attempt(disposal: Disposal, failures: Failure[]): unknown {
  try {
    return disposal.dispose();
  } catch (error) {
    failures.push({ label: disposal.label, error });
    return undefined;
  }
}

async function settle(disposal: Disposal, result: unknown, failures: Failure[]): Promise<void> {
  try {
    await result;
  } catch (error) {
    failures.push({ label: disposal.label, error });
  }
}

function throwFailures(failures: readonly Failure[]): void {
  if (failures.length === 0) return;
  const list = failures.map(({ label, error }) => `${label}: ${messageOf(error)}`).join("; ");
  const errors = failures.map(({ error }) => error);
  throw new DiError("E_DI_DISPOSE", `Not everything could be disposed: ${list}`, {
    cause: new AggregateError(errors, list),
  });
}
