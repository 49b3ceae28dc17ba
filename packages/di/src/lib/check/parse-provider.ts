import type { DependencyOptions } from "../declare/dependency.ts";
import { describe } from "../fault/describe.ts";
import { IMPORT_CYCLE_MEND } from "../fault/import-cycle-mend.ts";
import type { Finding } from "./fault-list.ts";
import type { BindingRecipe } from "../graph/graph-nodes.ts";
import { isProviderScope, scopeOfClass } from "../declare/injectable.ts";
import { isModuleSpec } from "../declare/module-spec.ts";
import type { ProviderScope } from "../declare/provider.ts";
import { type AnyToken, isConstructor, isToken, labelOf } from "../declare/token.ts";

/** A provider in its plain form. */
export interface ParsedProvider {
  readonly token: AnyToken;
  readonly recipe: BindingRecipe;
  readonly scope: ProviderScope;
}

/** A provider as far as it could be understood, and what is wrong with it. */
export interface ParseResult {
  readonly provider: ParsedProvider | null;
  readonly finding: Finding | null;
}

/**
 * Reads an entry of a `providers` list; everything is checked although it is typed, because import cycles between files
 * leave `undefined` behind.
 * @param place where the entry stands, e.g. "providers[1] of OrderModule"
 */
export function parseProvider(entry: unknown, place: string): ParseResult {
  if (entry === undefined) return { provider: null, finding: undefinedEntry(place) };
  if (isConstructor(entry)) return parseClass({ token: entry, useClass: entry, scope: undefined, place });
  if (typeof entry !== "object" || entry === null || isModuleSpec(entry) || !("provide" in entry)) {
    return { provider: null, finding: invalidEntry(place, entry) };
  }
  const record = entry as ProviderShape;
  if (record.provide === undefined)
    return { provider: null, finding: undefinedEntry(`"provide" of ${place}`) };
  if (!isToken(record.provide)) return { provider: null, finding: invalidToken(place, record.provide) };
  return parseRecord(record.provide, record, place);
}

interface ProviderShape {
  readonly provide: unknown;
  readonly useClass?: unknown;
  readonly useValue?: unknown;
  readonly useFactory?: unknown;
  readonly useExisting?: unknown;
  readonly inject?: unknown;
  readonly scope?: unknown;
  readonly dispose?: unknown;
}

const RECIPES = ["useClass", "useValue", "useFactory", "useExisting"] as const;

function parseRecord(token: AnyToken, record: ProviderShape, place: string): ParseResult {
  const given = RECIPES.filter((key) => key in record);
  if (given.length !== 1) return broken(token, wrongRecipes(place, token, given));
  const [recipe] = given;
  if (recipe === "useValue") return parsed(token, { kind: "value", value: record.useValue }, "singleton");
  if (record[recipe as "useClass"] === undefined) {
    return broken(token, undefinedEntry(`"${String(recipe)}" of ${place}`));
  }
  if (recipe === "useClass")
    return parseClass({ token, useClass: record.useClass, scope: record.scope, place });
  return recipe === "useFactory" ? parseFactory(token, record, place) : parseExisting(token, record, place);
}

interface ClassEntry {
  readonly token: AnyToken;
  readonly useClass: unknown;
  readonly scope: unknown;
  readonly place: string;
}

function parseClass({ token, useClass, scope, place }: ClassEntry): ParseResult {
  if (!isConstructor(useClass)) return broken(token, notAClass(place, useClass));
  if (useClass.length > 0) return broken(token, constructorParameters(useClass));
  const wanted = scope ?? scopeOfClass(useClass) ?? "singleton";
  if (!isProviderScope(wanted)) return broken(token, invalidScope(labelOf(useClass), wanted));
  return parsed(token, { kind: "class", create: useClass }, wanted);
}

function parseFactory(token: AnyToken, record: ProviderShape, place: string): ParseResult {
  const { useFactory, inject = [], scope = "singleton", dispose } = record;
  if (typeof useFactory !== "function") return broken(token, notAFunction("useFactory", place, useFactory));
  if (!isProviderScope(scope)) return broken(token, invalidScope(labelOf(token), scope));
  if (!isDisposer(dispose)) return broken(token, notAFunction("dispose", place, dispose));
  if (!Array.isArray(inject)) return broken(token, injectNoList(place, inject));
  const dependencies: DependencyOptions[] = [];
  for (const [index, entry] of (inject as readonly unknown[]).entries()) {
    const dependency = toDependency(entry);
    if (dependency === null) return broken(token, invalidDependency(`inject[${index}] of ${place}`, entry));
    dependencies.push(dependency);
  }
  const create = useFactory as (...args: unknown[]) => unknown;
  return parsed(token, { kind: "factory", create, inject: dependencies, dispose }, scope);
}

function parseExisting(token: AnyToken, record: ProviderShape, place: string): ParseResult {
  const { useExisting } = record;
  if (!isToken(useExisting)) return broken(token, invalidToken(place, useExisting));
  return parsed(token, { kind: "existing", token: useExisting }, "singleton");
}

function toDependency(entry: unknown): DependencyOptions | null {
  if (isToken(entry)) return { token: entry };
  if (typeof entry !== "object" || entry === null || !("token" in entry)) return null;
  return isToken(entry.token) ? (entry as DependencyOptions) : null;
}

function isDisposer(value: unknown): value is undefined | false | ((value: unknown) => unknown) {
  return value === undefined || value === false || typeof value === "function";
}

function parsed(token: AnyToken, recipe: BindingRecipe, scope: ProviderScope): ParseResult {
  return { provider: { token, recipe, scope }, finding: null };
}

function broken(token: AnyToken, finding: Finding): ParseResult {
  return { provider: { token, recipe: { kind: "broken" }, scope: "singleton" }, finding };
}

function undefinedEntry(place: string): Finding {
  return {
    code: "E_DI_PROVIDER_UNDEFINED",
    message: `${place} is undefined.`,
    mend: IMPORT_CYCLE_MEND,
  };
}

function invalidEntry(place: string, given: unknown): Finding {
  if (isModuleSpec(given)) {
    return {
      code: "E_DI_PROVIDER_INVALID",
      message: `${place} is the module ${given.name}.`,
      mend: "Move it to the imports.",
    };
  }
  return {
    code: "E_DI_PROVIDER_INVALID",
    message: `${place} is no provider (got ${describe(given)}).`,
    mend: "Providers are classes and what provide(token, { ... }) makes.",
  };
}

function invalidToken(place: string, given: unknown): Finding {
  return {
    code: "E_DI_TOKEN_INVALID",
    message: `${place} names something that is no token (got ${describe(given)}).`,
    mend: "Tokens are classes and what token() makes.",
  };
}

function wrongRecipes(place: string, token: AnyToken, given: readonly string[]): Finding {
  const found = given.length === 0 ? "none of them" : given.join(" and ");
  return {
    code: "E_DI_PROVIDER_INVALID",
    message: `${place}, for ${labelOf(token)}, needs exactly one of ${RECIPES.join(", ")} (got ${found}).`,
    mend: "Say in one way how the value comes about.",
  };
}

function notAClass(place: string, given: unknown): Finding {
  return {
    code: "E_DI_PROVIDER_INVALID",
    message: `"useClass" of ${place} is no class (got ${describe(given)}).`,
    mend: "Give a class, or use useFactory for a function and useValue for a value.",
  };
}

function notAFunction(key: string, place: string, given: unknown): Finding {
  return {
    code: "E_DI_PROVIDER_INVALID",
    message: `"${key}" of ${place} is no function (got ${describe(given)}).`,
    mend:
      key === "dispose"
        ? "Give a function, or false to keep the value undisposed."
        : "Give a function, or use useValue for a value.",
  };
}

function constructorParameters(target: AnyToken & (new (...args: never[]) => object)): Finding {
  const count = target.length === 1 ? "a parameter" : `${target.length} parameters`;
  return {
    code: "E_DI_CONSTRUCTOR_PARAMETERS",
    message: `The constructor of ${labelOf(target)} takes ${count}, and the container passes none.`,
    mend: "Use a field (#users = inject(UserService)) or a default (constructor(users = inject(UserService))), or provide it with a factory.",
  };
}

function invalidScope(name: string, given: unknown): Finding {
  return {
    code: "E_DI_SCOPE_INVALID",
    message: `The scope of ${name} must be "singleton", "request" or "transient" (got ${describe(given)}).`,
    mend: "Change the scope; where a static field of that name means something else, give the scope in provide(...).",
  };
}

function injectNoList(place: string, given: unknown): Finding {
  return {
    code: "E_DI_PROVIDER_INVALID",
    message: `"inject" of ${place} is no list (got ${describe(given)}).`,
    mend: "Give the tokens of the factory's parameters in a list.",
  };
}

function invalidDependency(place: string, given: unknown): Finding {
  if (given === undefined) return undefinedEntry(place);
  return {
    code: "E_DI_TOKEN_INVALID",
    message: `${place} is no token (got ${describe(given)}).`,
    mend: "Entries are tokens, or { token, optional: true } and { token, lazy: true }.",
  };
}
