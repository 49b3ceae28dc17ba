export { compileGraph, type CompileOptions } from "./lib/check/compile-graph.ts";
export type { Container, Resolver } from "./lib/run/container.ts";
export type { Dependency, DependencyOptions, Injected, InjectedAll } from "./lib/declare/dependency.ts";
export { DiError } from "./lib/fault/di-error.ts";
export { GraphError, type Fault } from "./lib/fault/fault.ts";
export type { InstanceInfo, ModuleInfo, ProviderInfo } from "./lib/graph/graph-info.ts";
export type { Graph, StartOptions } from "./lib/run/graph.ts";
export { inject, type Inject, type InjectOptions } from "./lib/declare/inject.ts";
export {
  defineInjectable,
  Injectable,
  type InjectableDecorator,
  type InjectableOptions,
} from "./lib/declare/injectable.ts";
export { ensureMetadata, readMetadata } from "./lib/declare/metadata.ts";
export { isModuleSpec, type ModuleImport, type ModuleSpec } from "./lib/declare/module-spec.ts";
export {
  provide,
  type CheckedProvider,
  type CheckedProviders,
  type ClassRecipe,
  type ExistingRecipe,
  type FactoryRecipe,
  type Provider,
  type ProviderRecord,
  type ProviderScope,
  type Recipe,
  type ValueRecipe,
} from "./lib/declare/provider.ts";
export { seed, type LookUpOptions, type ModuleOptions, type Scope, type Seed } from "./lib/run/scope.ts";
export {
  isToken,
  token,
  type AnyToken,
  type ClassToken,
  type MultiToken,
  type MultiTokenOptions,
  type ProvidableToken,
  type ProvidedOf,
  type ResultOf,
  type Token,
  type TokenFactory,
  type ValueToken,
} from "./lib/declare/token.ts";
