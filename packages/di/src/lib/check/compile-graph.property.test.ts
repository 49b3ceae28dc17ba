import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { inject } from "../declare/inject.ts";
import type { ModuleSpec } from "../declare/module-spec.ts";
import { type Provider, provide, type ProviderScope } from "../declare/provider.ts";
import { MultiToken, token, type TokenObject } from "../declare/token.ts";
import { type Fault, GraphError } from "../fault/fault.ts";
import type { Graph } from "../run/graph.ts";
import { compileGraph } from "./compile-graph.ts";

/** A dependency of a provider in a plan, by the number of its token. */
interface Need {
  readonly token: number;
  readonly optional: boolean;
  readonly lazy: boolean;
}

interface ProviderPlan {
  readonly token: number;
  readonly kind: "class" | "factory" | "asyncFactory" | "existing" | "value";
  readonly scope: ProviderScope;
  readonly needs: readonly Need[];
}

interface ModulePlan {
  readonly global: boolean;
  /** Numbers of modules, forwards, backwards and of itself. */
  readonly imports: readonly number[];
  readonly providers: readonly ProviderPlan[];
  readonly exportedTokens: readonly number[];
  readonly exportedModules: readonly number[];
}

const TOKENS = 6;
const MODULES = 5;
/** Tokens from this number on are multi tokens, the last one with contributions from everywhere. */
const FIRST_MULTI = 4;

const indexOf = (count: number): fc.Arbitrary<number> => fc.nat({ max: count - 1 });
const need: fc.Arbitrary<Need> = fc.record({
  token: indexOf(TOKENS),
  optional: fc.boolean(),
  // Mostly eager, so that cycles are met.
  lazy: fc.nat({ max: 3 }).map((dice) => dice === 0),
});
const providerPlan: fc.Arbitrary<ProviderPlan> = fc
  .record({
    token: indexOf(TOKENS),
    kind: fc.constantFrom<ProviderPlan["kind"]>(
      "class",
      "class",
      "factory",
      "asyncFactory",
      "existing",
      "value",
    ),
    scope: fc.constantFrom<ProviderScope>("singleton", "singleton", "singleton", "request", "transient"),
    needs: fc.array(need, { maxLength: 3 }),
  })
  .map((plan) => (plan.kind === "value" ? { ...plan, scope: "singleton" as const, needs: [] } : plan))
  .map((plan) => (plan.kind === "existing" ? { ...plan, needs: toAliasNeeds(plan) } : plan));
const modulePlan: fc.Arbitrary<ModulePlan> = fc.record({
  global: fc.nat({ max: 4 }).map((dice) => dice === 0),
  imports: fc.uniqueArray(indexOf(MODULES), { maxLength: 3 }),
  providers: fc.uniqueArray(providerPlan, {
    maxLength: 4,
    selector: (plan) => (plan.token < FIRST_MULTI ? plan.token : Symbol("any number of contributions")),
  }),
  exportedTokens: fc.uniqueArray(indexOf(TOKENS), { maxLength: 4 }),
  exportedModules: fc.uniqueArray(indexOf(MODULES), { maxLength: 2 }),
});
const appPlan: fc.Arbitrary<readonly ModulePlan[]> = fc.array(modulePlan, {
  minLength: MODULES,
  maxLength: MODULES,
});

function toAliasNeeds(plan: ProviderPlan): Need[] {
  return [{ token: plan.needs[0]?.token ?? 0, optional: false, lazy: false }];
}

/** What a provider builds: which one it is, and what it was given. */
interface Built {
  readonly key: string;
  readonly given: readonly unknown[];
}

/** A provider of a plan in its place. */
interface Spot {
  readonly key: string;
  readonly module: number;
  readonly plan: ProviderPlan;
}

/** The rules once more, as simple as they can be said: everything is searched for anew, nothing is kept. */
class NaiveResolver {
  readonly #modules: readonly ModulePlan[];
  /** Modules that the root reaches; imports before importers, global ones first. */
  readonly order: readonly number[];

  constructor(modules: readonly ModulePlan[]) {
    this.#modules = modules;
    const reached = this.#walk([0]);
    this.order = this.#walk([...this.#discovered().filter((at) => this.#at(at).global), 0]);
    assert.deepEqual(new Set(reached), new Set(this.order));
  }

  spots(): Spot[] {
    return this.order.flatMap((module) => this.own(module));
  }

  own(module: number, wanted?: number): Spot[] {
    return this.#at(module)
      .providers.map((plan, at) => ({ key: `M${module}.${at}`, module, plan }))
      .filter(({ plan }) => wanted === undefined || plan.token === wanted);
  }

  /** What a module sees under a token. */
  seen(module: number, wanted: number): Spot[] {
    const own = this.own(module, wanted);
    const imported = this.#at(module).imports.flatMap((at) => this.exported(at, wanted));
    const global = this.order.filter((at) => this.#at(at).global).flatMap((at) => this.exported(at, wanted));
    if (wanted === TOKENS - 1) return this.spots().filter(({ plan }) => plan.token === wanted);
    if (wanted >= FIRST_MULTI) return this.#inOrder([...own, ...imported, ...global]);
    return [own, imported, global].map((list) => this.#inOrder(list)).find((list) => list.length > 0) ?? [];
  }

  /** What a module exports of a token; `passed` are the modules on the way here. */
  exported(module: number, wanted: number, passed: readonly number[] = []): Spot[] {
    if (passed.includes(module)) return [];
    const way = [...passed, module];
    const { imports, exportedTokens, exportedModules } = this.#at(module);
    const found = exportedModules
      .filter((at) => imports.includes(at))
      .flatMap((at) => this.exported(at, wanted, way));
    if (exportedTokens.includes(wanted)) {
      const own = this.own(module, wanted);
      found.push(...own);
      if (own.length === 0 || wanted >= FIRST_MULTI) {
        found.push(...imports.flatMap((at) => this.exported(at, wanted, way)));
      }
    }
    return found;
  }

  /** What is wrong, each as code, needer and needed. */
  faults(): string[] {
    return [
      ...this.order.flatMap((at) => this.#exportFaults(at)),
      ...this.#needFaults(),
      ...this.#scopeFaults(),
    ];
  }

  hasCycle(): boolean {
    return this.spots().some((spot) => this.#reaches(spot, (each) => each.key === spot.key, true));
  }

  #exportFaults(module: number): string[] {
    const { exportedTokens, exportedModules, imports } = this.#at(module);
    return [
      ...exportedTokens
        .filter((wanted) => this.exported(module, wanted).length === 0)
        .map((wanted) => `E_DI_EXPORT_UNKNOWN M${module} T${wanted}`),
      ...exportedModules
        .filter((at) => !imports.includes(at))
        .map((at) => `E_DI_EXPORT_UNKNOWN M${module} M${at}`),
    ];
  }

  #needFaults(): string[] {
    return this.spots().flatMap((spot) =>
      spot.plan.needs.flatMap(({ token: wanted, optional }) => {
        const count = this.seen(spot.module, wanted).length;
        if (wanted >= FIRST_MULTI || count === 1 || (optional && count === 0)) return [];
        return [`${count === 0 ? "E_DI_MISSING" : "E_DI_AMBIGUOUS"} ${this.labelOf(spot)} T${wanted}`];
      }),
    );
  }

  #scopeFaults(): string[] {
    return this.spots()
      .filter((spot) => spot.plan.kind !== "existing" && spot.plan.scope === "singleton")
      .filter((spot) => this.#reaches(spot, isRequest, false, (each) => !isSingleton(each)))
      .map((spot) => `E_DI_SCOPE ${this.labelOf(spot)}`);
  }

  /** Whether a provider needs another one, near or far. */
  #reaches(
    from: Spot,
    isGoal: (spot: Spot) => boolean,
    eagerOnly: boolean,
    passes: (spot: Spot) => boolean = () => true,
  ): boolean {
    const open = [...this.needed(from, eagerOnly)];
    const seen = new Set<string>();
    for (let spot = open.pop(); spot !== undefined; spot = open.pop()) {
      if (isGoal(spot)) return true;
      if (seen.has(spot.key) || !passes(spot)) continue;
      seen.add(spot.key);
      open.push(...this.needed(spot, eagerOnly));
    }
    return false;
  }

  /** What a provider needs, as far as that is clear. */
  needed(spot: Spot, eagerOnly: boolean): Spot[] {
    return spot.plan.needs
      .filter(({ lazy }) => !(eagerOnly && lazy))
      .map(({ token: wanted }) => ({ wanted, seen: this.seen(spot.module, wanted) }))
      .filter(({ wanted, seen }) => wanted >= FIRST_MULTI || seen.length === 1)
      .flatMap(({ seen }) => seen);
  }

  labelOf(spot: Spot): string {
    if (spot.plan.token < FIRST_MULTI) return `T${spot.plan.token}`;
    const at = this.own(spot.module, spot.plan.token).findIndex((each) => each.key === spot.key);
    return `T${spot.plan.token}[${at}]`;
  }

  #inOrder(spots: readonly Spot[]): Spot[] {
    const keys = new Set(spots.map(({ key }) => key));
    return this.spots().filter(({ key }) => keys.has(key));
  }

  #discovered(): number[] {
    const found: number[] = [];
    const visit = (module: number): void => {
      if (found.includes(module)) return;
      found.push(module);
      for (const imported of this.#at(module).imports) visit(imported);
    };
    visit(0);
    return found;
  }

  #walk(starts: readonly number[]): number[] {
    const entered = new Set<number>();
    const left: number[] = [];
    const visit = (module: number): void => {
      if (entered.has(module)) return;
      entered.add(module);
      for (const imported of this.#at(module).imports) visit(imported);
      left.push(module);
    };
    for (const start of starts) visit(start);
    return left;
  }

  #at(module: number): ModulePlan {
    return this.#modules[module] as ModulePlan; // numbers are below MODULES
  }
}

const isRequest = ({ plan }: Spot): boolean => plan.kind !== "existing" && plan.scope === "request";
const isSingleton = ({ plan }: Spot): boolean => plan.kind !== "existing" && plan.scope === "singleton";

/** The plan as modules that compileGraph takes. */
class App {
  readonly tokens: readonly TokenObject<unknown, unknown>[] = Array.from({ length: TOKENS }, (_, at) => {
    if (at < FIRST_MULTI) return token<unknown>(`T${at}`);
    return token.multi<unknown>(`T${at}`, { everywhere: at === TOKENS - 1 });
  });
  readonly specs: readonly ModuleSpec[];
  /** How often each constructor ran. */
  readonly runs: Map<string, number> = new Map();

  constructor(modules: readonly ModulePlan[]) {
    const specs: ModuleSpec[] = [];
    for (const [at, plan] of modules.entries()) {
      specs.push({
        name: `M${at}`,
        global: plan.global,
        imports: plan.imports.map((imported) => () => specs[imported] as ModuleSpec),
        providers: plan.providers.map((provider, index) => this.#provider(provider, `M${at}.${index}`)),
        // Filled below: a module may export one that is not there yet.
        exports: [],
      });
    }
    for (const [at, plan] of modules.entries()) {
      const exported = specs[at]?.exports as unknown[];
      exported.push(...plan.exportedTokens.map((each) => this.token(each)));
      exported.push(...plan.exportedModules.map((each) => specs[each]));
    }
    this.specs = specs;
  }

  token(at: number): TokenObject<unknown, unknown> {
    return this.tokens[at] as TokenObject<unknown, unknown>; // numbers are below TOKENS
  }

  #provider({ token: at, kind, scope, needs }: ProviderPlan, key: string): Provider {
    const own = this.token(at);
    const list = needs.map((each) => ({
      token: this.token(each.token),
      optional: each.optional,
      lazy: each.lazy,
    }));
    switch (kind) {
      case "class":
        return provide(own, { useClass: this.#class(needs, key), scope });
      case "factory":
        return provide(own, { inject: list, useFactory: (...given: unknown[]) => ({ key, given }), scope });
      case "asyncFactory":
        return provide(own, {
          inject: list,
          useFactory: async (...given: unknown[]) => ({ key, given }),
          scope,
        });
      case "existing":
        return provide(own, { useExisting: this.token(needs[0]?.token ?? 0) });
      default:
        return provide(own, { useValue: { key, given: [] } });
    }
  }

  #class(needs: readonly Need[], key: string): new () => Built {
    const { runs, tokens } = this;
    return class implements Built {
      readonly key = key;
      readonly given: readonly unknown[] = needs.map((each) => injectNeed(tokens, each));
      constructor() {
        runs.set(key, (runs.get(key) ?? 0) + 1);
      }
    };
  }
}

function injectNeed(
  tokens: readonly TokenObject<unknown, unknown>[],
  { token: at, optional, lazy }: Need,
): unknown {
  const wanted = tokens[at] as TokenObject<unknown, unknown>; // numbers are below TOKENS
  if (lazy) return optional ? inject.lazy(wanted, { optional }) : inject.lazy(wanted);
  return optional ? inject(wanted, { optional }) : inject(wanted);
}

function compile(app: App): Graph | readonly Fault[] {
  try {
    return compileGraph(app.specs[0] as ModuleSpec);
  } catch (error) {
    assert.ok(error instanceof GraphError, String(error));
    return error.faults;
  }
}

/** Faults as {@link NaiveResolver.faults} says them; cycles apart, because one of many may be reported. */
function toLines(faults: readonly Fault[]): string[] {
  return faults
    .filter(({ code }) => code !== "E_DI_CYCLE")
    .map(({ code, path, message }) =>
      code === "E_DI_SCOPE" ? `${code} ${message.split(" ")[0] ?? ""}` : [code, ...path.slice(-2)].join(" "),
    );
}

test("the check reports what a naive resolver finds, for random modules", () => {
  const met = new Map<string, number>();
  fc.assert(
    fc.property(appPlan, (plan) => {
      const naive = new NaiveResolver(plan);
      const result = compile(new App(plan));
      const faults = Array.isArray(result) ? (result as readonly Fault[]) : [];
      for (const { code } of faults) met.set(code, (met.get(code) ?? 0) + 1);
      if (faults.length === 0) met.set("none", (met.get("none") ?? 0) + 1);
      assert.deepEqual(toLines(faults).toSorted(), naive.faults().toSorted());
      assert.equal(
        faults.some(({ code }) => code === "E_DI_CYCLE"),
        naive.hasCycle(),
      );
    }),
    { numRuns: 1500 },
  );
  const expected = [
    "E_DI_AMBIGUOUS",
    "E_DI_CYCLE",
    "E_DI_EXPORT_UNKNOWN",
    "E_DI_MISSING",
    "E_DI_SCOPE",
    "none",
  ];
  assert.deepEqual([...met.keys()].toSorted(), expected);
});

test("what starts gives everyone what a naive resolver says, dependencies first", async () => {
  let started = 0;
  await fc.assert(
    fc.asyncProperty(appPlan.map(withoutFaults), async (plan) => {
      const naive = new NaiveResolver(plan);
      const app = new App(plan);
      const graph = compile(app);
      if (!("start" in graph)) return;
      started++;
      const container = await graph.start();
      const scope = container.createScope();
      for (const module of naive.order) {
        for (const at of app.tokens.keys()) {
          if (at < FIRST_MULTI && naive.seen(module, at).length > 1) continue;
          const options = { module: app.specs[module] as ModuleSpec, optional: true };
          checkSeen(naive, { module, token: at }, await scope.get(app.token(at), options), 3);
        }
      }
      checkOrder(container.instances().map(({ instance }) => instance));
      for (const spot of naive.spots()) {
        if (spot.plan.kind === "class" && isSingleton(spot)) assert.ok((app.runs.get(spot.key) ?? 0) <= 2);
      }
      await scope.dispose();
      await container.dispose();
    }),
    { numRuns: 1000 },
  );
  assert.ok(started > 200, `only ${started} graphs were started`);
});

/** Removes what would be a fault most often; what remains is skipped. */
function withoutFaults(plan: readonly ModulePlan[]): readonly ModulePlan[] {
  return plan.map((module) => ({
    ...module,
    exportedTokens: module.exportedTokens.filter((at) => module.providers.some((each) => each.token === at)),
    exportedModules: module.exportedModules.filter((at) => module.imports.includes(at)),
    providers: module.providers.map((provider) => ({
      ...provider,
      needs: provider.needs.map((each) => ({ ...each, optional: provider.kind !== "existing" })),
    })),
  }));
}

/** Whether a value is what a module sees under a token, with the right things in it. */
function checkSeen(
  naive: NaiveResolver,
  from: { module: number; token: number },
  value: unknown,
  depth: number,
): void {
  const seen = naive.seen(from.module, from.token);
  if (from.token >= FIRST_MULTI) assert.equal((value as readonly unknown[]).length, seen.length);
  else if (seen.length === 0) assert.equal(value, undefined);
  for (const [at, spot] of seen.entries()) {
    checkBuilt(naive, spot, from.token < FIRST_MULTI ? value : (value as readonly unknown[])[at], depth);
  }
}

function checkBuilt(naive: NaiveResolver, { key, module, plan }: Spot, value: unknown, depth: number): void {
  const [target] = plan.needs;
  if (plan.kind === "existing") {
    checkSeen(naive, { module, token: target?.token ?? 0 }, value, depth);
    return;
  }
  const built = value as Built;
  assert.equal(built.key, key);
  if (depth === 0) return;
  for (const [index, each] of plan.needs.entries()) {
    if (!each.lazy) checkSeen(naive, { module, token: each.token }, built.given[index], depth - 1);
  }
}

/** No instance comes before one that it was given. */
function checkOrder(instances: readonly unknown[]): void {
  const position = new Map(instances.map((instance, at) => [instance, at]));
  for (const [at, instance] of instances.entries()) {
    for (const given of (instance as Built).given.flat(3)) {
      const before = position.get(given);
      if (before !== undefined)
        assert.ok(before < at, `${(given as Built).key} after ${(instance as Built).key}`);
    }
  }
}

test("the plans have multi tokens", () => {
  const { tokens } = new App([]);
  assert.deepEqual(
    tokens.map((each) => each instanceof MultiToken),
    [false, false, false, false, true, true],
  );
});
