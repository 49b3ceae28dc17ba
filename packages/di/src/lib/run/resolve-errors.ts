import type { AnyToken } from "../declare/token.ts";
import { labelOf } from "../declare/token.ts";
import { DiError } from "../fault/di-error.ts";
import type { Binding } from "../graph/graph-nodes.ts";

/** A singleton was asked for before the start. */
export function notStarted(binding: Binding): DiError {
  return new DiError("E_DI_NOT_STARTED", `${binding.label} is not there: await graph.start() first.`);
}

/** Something request-scoped was asked for outside of a request. */
export function noRequest(binding: Binding): DiError {
  const { label } = binding;
  return new DiError(
    "E_DI_SCOPE",
    `${label} is request-scoped, and there is no request here: ask a scope for it, container.createScope().get(${label}).`,
  );
}

/** A scope was not given what something in it needs. */
export function seedMissing(binding: Binding): DiError {
  return new DiError(
    "E_DI_SEED_MISSING",
    `The scope was created without ${binding.label}: pass seed(${binding.label}, value) to createScope(), or inject it with { optional: true }.`,
  );
}

/** A constructor needs itself, on a way that the check did not see. */
export function cycleInBuilding(binding: Binding): DiError {
  return new DiError(
    "E_DI_CYCLE",
    `${binding.label} cannot be built before itself. Inject it lazily, or move what both sides need into a third provider.`,
  );
}

/** A lazy dependency was called before it was there. */
export function lazyNotReady(owner: Binding, token: AnyToken): DiError {
  return new DiError(
    "E_DI_LAZY_EARLY",
    `${owner.label} calls the lazy ${labelOf(token)} before it is there. Call it after the start; inject what comes from an asynchronous factory of a request without lazy.`,
  );
}

/** A factory injects what it has not declared. */
export function undeclared(binding: Binding, token: AnyToken): DiError {
  const name = labelOf(token);
  return new DiError(
    "E_DI_UNDECLARED",
    `The factory of ${binding.label} injects ${name}, which its inject list does not name: add ${name} to the list.`,
  );
}

/** A scope was used after its end. */
export function scopeDisposed(): DiError {
  return new DiError(
    "E_DI_SCOPE_DISPOSED",
    "The scope is disposed: create one for each request, and dispose it last.",
  );
}
