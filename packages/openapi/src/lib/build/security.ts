import type { GuardRef, StageInfo } from "@armature/core";
import type { SecurityRequirement, SecurityScheme } from "../document/open-api.ts";

/** What a guard asks for: a scheme by name, and the scopes that it wants of it. */
export interface SecurityDeclaration {
  /** The name in `components.securitySchemes`, e.g. "bearer". */
  readonly name: string;
  readonly scheme: SecurityScheme;
  /** Scopes or roles that the guard wants. Default none. */
  readonly scopes?: readonly string[];
}

/**
 * Says of a guard how a client passes it; a guard class may say the same with `static readonly security`.
 *
 * @example
 * const isUser = secured(
 *   { name: "bearer", scheme: { type: "http", scheme: "bearer" } },
 *   ({ request }) => sessions.has(request.headers.get("authorization")),
 * );
 */
export function secured<TGuard extends GuardRef>(security: SecurityDeclaration, guard: TGuard): TGuard {
  return Object.assign(guard, { security });
}

/** What the guards of a route ask for together. */
export function securityOf(stages: readonly StageInfo[]): readonly SecurityDeclaration[] {
  return stages.filter(({ kind }) => kind === "guard").flatMap(({ ref }) => declarationOf(ref));
}

/** All guards of a route have to be passed, so its schemes are needed together. */
export function toRequirement(declarations: readonly SecurityDeclaration[]): SecurityRequirement {
  const byName = Map.groupBy(declarations, ({ name }) => name);
  return Object.fromEntries(
    Array.from(byName, ([name, same]) => [name, [...new Set(same.flatMap(({ scopes = [] }) => scopes))]]),
  );
}

function declarationOf(ref: unknown): SecurityDeclaration[] {
  const { security } = ref as { readonly security?: unknown }; // a guard is a function, and its members are unknown
  return isDeclaration(security) ? [security] : [];
}

function isDeclaration(value: unknown): value is SecurityDeclaration {
  return typeof value === "object" && value !== null && "name" in value && "scheme" in value;
}
