import { isModuleSpec, type AnyToken, type ModuleSpec, type Provider } from "@armature/di";
import { stageClassesOf } from "../route/stage-classes.ts";
import { moduleFaults } from "./check-module.ts";
import { isModuleRef, resolveModule, type ModuleDefinition, type ModuleRef } from "./module-definition.ts";

/** All modules of an application, as definitions and as what the container takes. */
export interface ModuleTree {
  readonly root: ModuleSpec;
  /** In the order in which they are first imported, imported ones first. */
  readonly modules: ReadonlyMap<ModuleSpec, ModuleDefinition>;
}

/** A spec whose lists are still being filled, so that modules may import each other. */
interface OpenSpec {
  readonly name: string;
  readonly imports: ModuleSpec[];
  readonly providers: Provider[];
  readonly exports: (AnyToken | ModuleSpec)[];
  readonly global: boolean;
}

/**
 * Follows the imports of a root module. Controllers become providers of their module, and so do the classes of its stages that
 * it does not see already.
 * @param ambient global modules of the framework's own, which the root imports
 * @throws AggregateError with an ArmatureError `E_MODULE_INVALID` for each import that is no module
 */
export function readModules(root: ModuleRef, ambient: readonly ModuleSpec[] = []): ModuleTree {
  const reader = new TreeReader();
  const definition = reader.resolve(root, "The root module");
  const spec = definition === null ? null : reader.read(definition);
  if (definition === null || spec === null || reader.faults.length > 0)
    throw new AggregateError(reader.faults, "The modules are not in order.");
  reader.addStageClasses();
  reader.importInto(definition, ambient);
  return { root: spec, modules: reader.modules() };
}

class TreeReader {
  readonly faults: unknown[] = [];
  readonly #specs = new Map<ModuleDefinition, OpenSpec>();
  readonly #order: ModuleDefinition[] = [];

  resolve(ref: unknown, where: string): ModuleDefinition | null {
    try {
      return resolveModule(ref, where);
    } catch (error) {
      this.faults.push(error);
      return null;
    }
  }

  read(definition: ModuleDefinition): ModuleSpec {
    const known = this.#specs.get(definition);
    if (known !== undefined) return known;
    const {
      imports = [],
      exports = [],
      controllers = [],
      providers = [],
      global = false,
    } = definition.options;
    this.faults.push(...moduleFaults(definition));
    const own = new Set<unknown>(providers);
    const spec: OpenSpec = {
      name: definition.name,
      imports: [],
      exports: [],
      global,
      providers: [...providers],
    };
    this.#specs.set(definition, spec);
    spec.providers.push(...controllers.filter((controller) => !own.has(controller)));
    spec.imports.push(...this.#readAll(imports, definition, "import"));
    for (const [at, entry] of exports.entries()) {
      if (!isModuleRef(entry)) spec.exports.push(entry as AnyToken); // what is no module is taken as a token, and checked as one
      else spec.exports.push(...this.#readAll([entry], definition, "export", at));
    }
    this.#order.push(definition);
    return spec;
  }

  modules(): Map<ModuleSpec, ModuleDefinition> {
    return new Map(this.#order.map((definition) => [this.#specOf(definition), definition]));
  }

  /** Guards and the like need not be listed: a class that its module does not see becomes a provider of it. */
  addStageClasses(): void {
    const everywhere = new Set(
      [...this.#specs.values()].filter((spec) => spec.global).flatMap((spec) => [...exported(spec)]),
    );
    for (const definition of this.#order) {
      const spec = this.#specOf(definition);
      const visible = new Set([
        ...everywhere,
        ...tokensOf(spec),
        ...spec.imports.flatMap((module) => [...exported(module)]),
      ]);
      spec.providers.push(...stageClassesOf(definition).filter((type) => !visible.has(type)));
    }
  }

  /** Makes a module import what it did not name. */
  importInto(definition: ModuleDefinition, specs: readonly ModuleSpec[]): void {
    this.#specOf(definition).imports.push(...specs);
  }

  #readAll(refs: readonly unknown[], from: ModuleDefinition, kind: string, first = 0): ModuleSpec[] {
    return refs.flatMap((ref, at) => {
      const definition = this.resolve(ref, `${kind} ${first + at + 1} of ${from.name}`);
      return definition === null ? [] : [this.read(definition)];
    });
  }

  #specOf(definition: ModuleDefinition): OpenSpec {
    return this.#specs.get(definition) as OpenSpec; // read() enters both at once
  }
}

function tokensOf(spec: ModuleSpec): unknown[] {
  return spec.providers.map((provider: unknown) => (isRecord(provider) ? provider["provide"] : provider));
}

/** The container refuses what is no provider and no export; until then it may be anything. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Everything that importing a module makes visible. */
function exported(spec: ModuleSpec, seen: Set<ModuleSpec> = new Set()): Set<unknown> {
  if (seen.has(spec)) return new Set();
  seen.add(spec);
  const tokens = spec.exports.flatMap((entry): unknown[] =>
    isModuleSpec(entry) ? [...exported(entry, seen)] : [entry],
  );
  return new Set(tokens);
}
