import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compileGraph, inject, provide, token, type ModuleSpec, type Provider } from "@armature/di";
import { get } from "../route/route-field.ts";
import {
  defineModule,
  Module,
  type ModuleDefinition,
  type ModuleOptions,
  type ModuleRef,
} from "./module-definition.ts";
import { readModules, type ModuleTree } from "./module-tree.ts";

class Service {}
class OtherService {}

class ServiceGuard {
  readonly service = inject(Service);
  canActivate(): boolean {
    return this.service instanceof Service;
  }
}

class UserController {
  readonly list = get("/", () => "");
}

function namesOf(tree: ModuleTree): string[] {
  return [...tree.modules.values()].map(({ name }) => name);
}

function specOf(tree: ModuleTree, wanted: ModuleDefinition | string): ModuleSpec {
  const found = [...tree.modules].find(
    ([, definition]) => definition === wanted || definition.name === wanted,
  );
  return found?.[0] ?? assert.fail("there is no such module");
}

function module(name: string, options: Omit<ModuleOptions, "name"> = {}): ModuleDefinition {
  return defineModule({ name, ...options });
}

function faultsOf(root: unknown): string[] {
  try {
    readModules(root as ModuleRef);
  } catch (error) {
    assert.ok(error instanceof AggregateError);
    return error.errors.map(({ code, message }: { code: string; message: string }) => `${code} ${message}`);
  }
  return assert.fail("nothing was refused");
}

describe("readModules", () => {
  test("lists every module once, imported ones first and the root last", () => {
    const shared = module("Shared");
    const [left, right] = [module("Left", { imports: [shared] }), module("Right", { imports: [shared] })];
    const tree = readModules(module("Root", { imports: [left, shared, right] }));
    assert.deepEqual(namesOf(tree), ["Shared", "Left", "Right", "Root"]);
    const root = specOf(tree, "Root");
    assert.equal(tree.root, root);
    assert.deepEqual(root.imports, [specOf(tree, left), specOf(tree, shared), specOf(tree, right)]);
    assert.equal(specOf(tree, left).imports[0], specOf(tree, right).imports[0]);
  });

  test("follows modules that import each other", () => {
    const first: ModuleDefinition = module("First", { imports: [() => second], exports: [() => second] });
    const second: ModuleDefinition = module("Second", { imports: [() => first], exports: [() => first] });
    const tree = readModules(module("Root", { imports: [first], guards: [ServiceGuard] }));
    assert.deepEqual(namesOf(tree), ["Second", "First", "Root"]);
    assert.deepEqual(specOf(tree, first).imports, [specOf(tree, second)]);
    assert.deepEqual(specOf(tree, second).imports, [specOf(tree, first)]);
  });

  test("takes a module that imports itself", () => {
    const self: ModuleDefinition = module("Self", { imports: [() => self] });
    assert.deepEqual(namesOf(readModules(self)), ["Self"]);
  });

  test("takes dynamic modules for modules of their own", () => {
    const URL_TOKEN = token<string>("URL");
    const database = (url: string): ModuleDefinition =>
      module("Database", { providers: [provide(URL_TOKEN, { useValue: url })] });
    const tree = readModules(module("Root", { imports: [database("a"), database("b")] }));
    assert.deepEqual(namesOf(tree), ["Database", "Database", "Root"]);
    assert.equal(new Set(tree.root.imports).size, 2);
  });

  test("takes decorated classes, which are providers of theirs", () => {
    @Module({ providers: [Service], exports: [Service], global: true })
    class ServiceModule {}
    const tree = readModules(module("Root", { imports: [ServiceModule] }));
    const spec = specOf(tree, "ServiceModule");
    assert.deepEqual(
      [spec.providers, spec.exports, spec.global],
      [[ServiceModule, Service], [Service], true],
    );
    assert.equal(tree.root.global, false);
  });

  test("makes providers of controllers, once where they are listed as such too", () => {
    const providers: readonly Provider[] = [UserController, Service];
    assert.deepEqual(readModules(module("A", { controllers: [UserController] })).root.providers, [
      UserController,
    ]);
    assert.deepEqual(
      readModules(module("A", { controllers: [UserController], providers })).root.providers,
      providers,
    );
  });

  test("exports tokens as they are, and modules as what they were read as", () => {
    const inner = module("Inner", { providers: [Service], exports: [Service] });
    const tree = readModules(
      module("Root", { imports: [inner], exports: [OtherService, inner, () => inner] }),
    );
    const spec = specOf(tree, inner);
    assert.deepEqual(tree.root.exports, [OtherService, spec, spec]);
  });

  test("leaves the definitions as they are", () => {
    const providers: Provider[] = [Service];
    const definition = module("A", { providers, controllers: [UserController], guards: [ServiceGuard] });
    readModules(definition);
    readModules(definition);
    assert.deepEqual(providers, [Service]);
    assert.deepEqual(readModules(definition).root.providers, [Service, UserController, ServiceGuard]);
  });
});

describe("modules that are not in order", () => {
  test("are all told of at once, with the place of each", () => {
    const broken = (name: string): ModuleDefinition =>
      module(name, {
        imports: [module("Fine"), undefined as unknown as ModuleRef, Service],
        controllers: [undefined as unknown as typeof UserController],
        exports: [() => undefined as unknown as ModuleDefinition],
      });
    const faults = faultsOf(
      module("Root", { imports: [broken("Inner")], controllers: [{} as typeof UserController] }),
    );
    assert.deepEqual(
      faults.map((fault) => fault.split(/ is | must /)[0]),
      [
        "E_CONTROLLER_INVALID Controller 1 of Root",
        "E_CONTROLLER_INVALID Controller 1 of Inner",
        "E_MODULE_INVALID import 2 of Inner",
        "E_MODULE_INVALID import 3 of Inner",
        "E_MODULE_INVALID export 1 of Inner",
      ],
    );
  });

  test("may be the root itself", () => {
    assert.match(faultsOf(undefined).join(), /^E_MODULE_INVALID The root module is undefined/);
    assert.match(faultsOf(Service).join(), /^E_MODULE_INVALID The root module is not a module/);
  });

  test("are left to the container where providers or exports are none", () => {
    const nothing: never[] = [null, undefined, "no provider"] as never[];
    const tree = readModules(module("A", { providers: nothing, exports: nothing }));
    assert.throws(
      () => compileGraph(tree.root),
      (error: unknown) => {
        const { faults } = error as { faults: readonly { code: string }[] };
        assert.deepEqual([...new Set(faults.map(({ code }) => code.replace(/_[A-Z]+$/, "")))].toSorted(), [
          "E_DI_EXPORT",
          "E_DI_PROVIDER",
        ]);
        return true;
      },
    );
  });
});

describe("the class of a stage", () => {
  const guarded = { guards: [ServiceGuard] };
  const home = module("Home", { providers: [Service, ServiceGuard], exports: [Service, ServiceGuard] });

  function isProvidedBy(tree: ModuleTree, wanted: ModuleDefinition | string): boolean {
    return specOf(tree, wanted).providers.includes(ServiceGuard);
  }

  test("becomes a provider of the module that names it, with what that module sees", () => {
    const tree = readModules(module("A", { providers: [Service], ...guarded }));
    assert.deepEqual(tree.root.providers, [Service, ServiceGuard]);
    assert.ok(compileGraph(tree.root).sample(ServiceGuard, { module: tree.root })?.canActivate());
  });

  test("becomes one of each module that names it, apart from the others", () => {
    const inner = module("Inner", { providers: [Service], ...guarded });
    const tree = readModules(module("Outer", { imports: [inner], providers: [Service], ...guarded }));
    assert.ok(isProvidedBy(tree, inner) && isProvidedBy(tree, "Outer"));
  });

  test("becomes none where the module provides it, in whichever way", () => {
    const ways: readonly Provider[] = [
      ServiceGuard,
      provide(ServiceGuard, { useFactory: () => new ServiceGuard() }),
    ];
    for (const own of ways) {
      const providers = [Service, own];
      assert.deepEqual(readModules(module("A", { providers, ...guarded })).root.providers, providers);
    }
  });

  test("becomes none where an import exports it, itself or through others", () => {
    const between = module("Between", { imports: [home], exports: [home] });
    const twice = module("Twice", { imports: [between], exports: [() => between] });
    const byToken = module("ByToken", { imports: [home], exports: [ServiceGuard] });
    for (const imported of [home, between, twice, byToken]) {
      const tree = readModules(module("A", { imports: [imported], ...guarded }));
      assert.ok(!isProvidedBy(tree, "A"), imported.name);
      assert.ok(isProvidedBy(tree, home));
    }
  });

  test("becomes one where an import has it and keeps it to itself, or keeps its exports to itself", () => {
    const closed = module("Closed", { providers: [Service, ServiceGuard], exports: [Service] });
    const between = module("Between", { imports: [home], exports: [] });
    for (const imported of [closed, between])
      assert.ok(
        isProvidedBy(readModules(module("A", { imports: [imported], ...guarded })), "A"),
        imported.name,
      );
  });

  test("becomes none where a global module exports it, wherever that is imported", () => {
    const world = module("World", { global: true, imports: [home], exports: [home] });
    const far = module("Far", { imports: [world] });
    const near = module("Near", guarded);
    const tree = readModules(module("Root", { imports: [near, far] }));
    assert.ok(!isProvidedBy(tree, near));
    assert.ok(isProvidedBy(readModules(module("Root", { imports: [near, home] })), near), "not global");
  });

  test("is found in controllers and routes", () => {
    class GuardedController {
      static readonly options = guarded;
      readonly list = get("/", () => "");
    }
    for (const options of [{ controllers: [GuardedController] }, { routes: [get("/", guarded, () => "")] }])
      assert.ok(isProvidedBy(readModules(module("A", options)), "A"));
  });
});
