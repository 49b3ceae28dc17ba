import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import type { ModuleImport, ModuleSpec } from "../declare/module-spec.ts";
import { provide } from "../declare/provider.ts";
import { type AnyToken, token } from "../declare/token.ts";
import { compileGraph } from "../check/compile-graph.ts";
import { faultsOf, report } from "../check/report-faults.test.kit.ts";

class UserService {
  readonly kind = "users";
}
class OrderService {
  readonly users = inject(UserService);
}

suite("visibility", () => {
  function seen(
    imports: readonly ModuleImport[],
    exports: readonly (AnyToken | ModuleSpec)[] = [],
  ): string[] {
    return faultsOf(makeModule("App", { imports, exports, providers: [OrderService] })).map(
      ({ code }) => code,
    );
  }

  test("reaches what imported modules export, and what these pass on by module or by token", () => {
    const users = makeModule("UserModule", { providers: [UserService], exports: [UserService] });
    const byModule = makeModule("ByModule", { imports: [users], exports: [users] });
    const byToken = makeModule("ByToken", { imports: [users], exports: [UserService] });
    const twice = makeModule("Twice", { imports: [byModule], exports: [byModule] });
    const keeping = makeModule("Keeping", { imports: [users] });
    assert.deepEqual(
      [[users], [byModule], [byToken], [twice], [keeping]].map((imports) => seen(imports)),
      [[], [], [], [], ["E_DI_MISSING"]],
    );
  });

  test("of global modules reaches everyone", () => {
    const users = makeModule("UserModule", {
      providers: [UserService],
      exports: [UserService],
      global: true,
    });
    const unrelated = makeModule("Unrelated", { imports: [users] });
    assert.deepEqual(seen([unrelated]), []);
  });

  test("goes to own providers first, then imports, then global modules", async () => {
    const NAME = token<string>("NAME");
    class Reader {
      readonly name = inject(NAME);
    }
    const naming = (name: string, global: boolean): ModuleSpec =>
      makeModule(name, { providers: [provide(NAME, { useValue: name })], exports: [NAME], global });
    const wide = naming("wide", true);
    const near = naming("near", false);
    const readers = [
      makeModule("R1", { providers: [Reader] }),
      makeModule("R2", { imports: [near], providers: [Reader] }),
      makeModule("R3", { imports: [near], providers: [Reader, provide(NAME, { useValue: "own" })] }),
    ];
    const graph = compileGraph(makeModule("App", { imports: [wide, ...readers] }));
    assert.deepEqual(
      readers.map((module) => graph.sample(Reader, { module })?.name),
      ["wide", "near", "own"],
    );
  });

  test("of the same token from two imports is a fault for those who need it", () => {
    const first = makeModule("FirstModule", { providers: [UserService], exports: [UserService] });
    const second = makeModule("SecondModule", { providers: [UserService], exports: [UserService] });
    const imports = [first, second];
    assert.deepEqual(report(makeModule("App", { imports })), []);
    assert.deepEqual(report(makeModule("App", { imports, providers: [OrderService] })), [
      [
        "E_DI_AMBIGUOUS",
        "App > OrderService > UserService",
        "OrderService needs UserService: App sees one of FirstModule and SecondModule at the same time.",
        "Import only one of them, or give one a token of its own; a provider in App itself would go before both.",
      ],
    ]);
  });

  test("of one provider by two ways is no conflict", () => {
    const users = makeModule("UserModule", { providers: [UserService], exports: [UserService] });
    const left = makeModule("Left", { imports: [users], exports: [users] });
    const right = makeModule("Right", { imports: [users], exports: [UserService] });
    assert.deepEqual(seen([left, right, users, users]), []);
  });

  test("works between modules that import each other", () => {
    class A {
      readonly users = inject(UserService);
    }
    const left: ModuleSpec = makeModule("Left", { imports: [() => right], providers: [A], exports: [A] });
    const right: ModuleSpec = makeModule("Right", {
      imports: [() => left, left],
      providers: [UserService, OrderService],
      exports: [UserService, left],
    });
    class Both {
      readonly a = inject(A);
      readonly users = inject(UserService);
    }
    assert.deepEqual(report(makeModule("App", { imports: [right], providers: [Both] })), []);
  });
});

test("multi contributions come from what a module sees, in the order of modules and providers", () => {
  const PLUGINS = token.multi<string>("PLUGINS");
  class Reader {
    readonly plugins = inject(PLUGINS);
  }
  const plugin = (name: string, parts: Partial<ModuleSpec> = {}): ModuleSpec =>
    makeModule(name, {
      providers: [provide(PLUGINS, { useValue: name }), Reader],
      exports: [PLUGINS],
      ...parts,
    });
  const inner = plugin("inner");
  const wide = plugin("wide", { global: true });
  const hidden = plugin("hidden", { exports: [] });
  const outer = plugin("outer", { imports: [inner] });
  const keeping = plugin("keeping", { imports: [inner], exports: [] });
  const graph = compileGraph(plugin("root", { imports: [outer, hidden, wide, keeping] }));
  const seen = [inner, outer, keeping, hidden].map((module) => graph.sample(Reader, { module })?.plugins);
  assert.deepEqual(seen, [
    ["wide", "inner"],
    ["wide", "inner", "outer"],
    ["wide", "inner", "keeping"],
    ["wide", "hidden"],
  ]);
  assert.deepEqual(graph.sample(Reader)?.plugins, ["wide", "inner", "outer", "root"]);
});
