import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { compileGraph } from "../check/compile-graph.ts";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import type { ModuleSpec } from "../declare/module-spec.ts";
import { provide } from "../declare/provider.ts";
import { token, type ValueToken } from "../declare/token.ts";
import type { Scope } from "./scope.ts";

const A: ValueToken<string> = token<string>("A");

class Database {
  readonly name = "database";
}
class UserService {
  readonly database = inject(Database);
}
class CurrentUser {
  static scope = "request" as const;
  readonly users = inject(UserService);
}

suite("a container", () => {
  test("gets what a module sees, the root where none is named", async () => {
    const data = makeModule("Data", { providers: [Database], exports: [Database] });
    const users = makeModule("Users", { imports: [data], providers: [UserService] });
    const container = await compileGraph(makeModule("App", { imports: [users] })).start();
    const service = container.get(UserService, { module: users });
    assert.equal(service.database, container.get(Database, { module: data }));
    assert.equal(container.get(UserService, { optional: true }), undefined);
    assert.throws(() => container.get(UserService), {
      code: "E_DI_MISSING",
      message:
        "App needs UserService: UserService is provided in Users but not exported. Add UserService to the exports of Users.",
    });
    assert.throws(() => container.get(Database, { module: makeModule("Other") }), {
      code: "E_DI_MODULE_UNKNOWN",
      message: "Other is no module of this graph: pass a module object that the root imports.",
    });
    assert.throws(() => container.get(5 as never), { code: "E_DI_TOKEN_INVALID" });
  });

  test("has nothing request-scoped, and no transient that has to be awaited", async () => {
    const providers = [
      Database,
      UserService,
      CurrentUser,
      provide(A, { useFactory: async () => "a", scope: "transient" }),
    ];
    const container = await compileGraph(makeModule("App", { providers })).start();
    assert.throws(() => container.get(CurrentUser), {
      code: "E_DI_SCOPE",
      message:
        "CurrentUser is request-scoped, and there is no request here: ask a scope for it, container.createScope().get(CurrentUser).",
    });
    assert.throws(() => container.get(A), { code: "E_DI_ASYNC" });
    assert.equal(await container.createScope().get(A), "a");
  });

  test("says whether a token takes a request", async () => {
    class Reader {
      static scope = "transient" as const;
      readonly user = inject(CurrentUser);
    }
    class Plain {
      static scope = "transient" as const;
      readonly users = inject(UserService);
    }
    const LIST = token.multi<unknown>("LIST");
    const providers = [
      Database,
      UserService,
      CurrentUser,
      Reader,
      Plain,
      provide(LIST, { useExisting: Reader }),
    ];
    const container = await compileGraph(makeModule("App", { providers })).start();
    assert.deepEqual(
      [CurrentUser, Reader, LIST, Plain, UserService].map((each) => container.needsRequest(each)),
      [true, true, true, false, false],
    );
    assert.equal(container.needsRequest(A, { optional: true }), false);
  });

  test("makes resolvers that answer like a scope", async () => {
    const providers = [
      Database,
      UserService,
      CurrentUser,
      provide(A, { useFactory: async () => "a", scope: "request" }),
    ];
    const feature = makeModule("Feature", { providers });
    const container = await compileGraph(makeModule("App", { imports: [feature] })).start();
    const options = { module: feature };
    const [scope, other]: readonly Scope[] = [container.createScope(), container.createScope()];
    assert.ok(scope !== undefined && other !== undefined);
    const userOf = container.resolver(CurrentUser, options);
    assert.equal(userOf(scope), scope.get(CurrentUser, options));
    assert.notEqual(userOf(scope), userOf(other));
    assert.equal(container.resolver(UserService, options)(scope), container.get(UserService, options));
    assert.equal(await container.resolver(A, options)(scope), "a");
    assert.throws(() => container.resolver(CurrentUser), { code: "E_DI_MISSING" });
  });
});

suite("the instances of a container", () => {
  test("come after what they need, and after those of imported modules", async () => {
    class Log {
      static scope = "transient" as const;
      readonly name = "log";
    }
    class Late {
      readonly name = "late";
    }
    class Feature {
      readonly users = inject(UserService);
      readonly log = inject(Log);
      readonly late = inject.lazy(Late);
    }
    class Root {
      readonly feature = inject(Feature);
    }
    const wide = makeModule("Wide", {
      providers: [UserService, Database],
      exports: [UserService, Database],
      global: true,
    });
    const logs = makeModule("Logs", { providers: [Log], exports: [Log] });
    const feature = makeModule("Feature", {
      imports: [logs],
      providers: [Feature, Late, provide(A, { useFactory: async () => "a" })],
      exports: [Feature],
    });
    const other: ModuleSpec = makeModule("Other", {
      imports: [() => other],
      providers: [provide(token("N"), { useValue: 1 })],
    });
    const root = makeModule("App", {
      imports: [feature, other, wide],
      providers: [Root, CurrentUser, provide(token<Root>("ALIAS"), { useExisting: Root })],
    });
    const container = await compileGraph(root).start();
    assert.deepEqual(
      container.instances().map(({ provider }) => `${provider.module.name}.${provider.name}`),
      [
        "Wide.Database",
        "Wide.UserService",
        "Logs.Log",
        "Feature.Feature",
        "Feature.Late",
        "Feature.A",
        "Other.N",
        "App.Root",
      ],
    );
    const [database] = container.instances();
    assert.equal(database?.instance, container.get(Database, { module: wide }));
    assert.deepEqual(
      { ...database?.provider, module: database?.provider.module.spec },
      {
        token: Database,
        name: "Database",
        kind: "class",
        scope: "singleton",
        dependencies: [],
        module: wide,
      },
    );
    assert.equal(container.instances(), container.instances());
  });

  test("hold an object once, however often it is provided", async () => {
    const shared = { name: "shared" };
    const B = token<object>("B");
    const providers = [
      provide(token<object>("V1"), { useValue: shared }),
      provide(token<object>("V2"), { useValue: shared }),
      provide(B, { useFactory: () => shared }),
      provide(token<number>("N1"), { useValue: 1 }),
      provide(token<number>("N2"), { useValue: 1 }),
    ];
    const container = await compileGraph(makeModule("App", { providers })).start();
    assert.deepEqual(
      container.instances().map(({ provider }) => provider.name),
      ["V1", "N1", "N2"],
    );
  });
});

suite("the end of a container", () => {
  test("disposes all that it made, dependents first, once", async () => {
    const log: string[] = [];
    class Pool implements AsyncDisposable {
      async [Symbol.asyncDispose](): Promise<void> {
        log.push("pool");
      }
      [Symbol.dispose](): void {
        log.push("not this one");
      }
    }
    class Part implements Disposable {
      static scope = "transient" as const;
      readonly pool = inject(Pool);
      [Symbol.dispose](): void {
        log.push("part");
      }
    }
    class Service implements Disposable {
      readonly part = inject(Part);
      [Symbol.dispose](): void {
        log.push("service");
      }
    }
    const value = { [Symbol.dispose]: () => void log.push("value") };
    const providers = [
      Service,
      Part,
      Pool,
      provide(A, { inject: [Service], useFactory: async () => "a", dispose: async (a) => void log.push(a) }),
      provide(token<Disposable>("VALUE"), { useValue: value }),
    ];
    const container = await compileGraph(makeModule("App", { providers })).start();
    await Promise.all([container.dispose(), container.dispose(), container[Symbol.asyncDispose]()]);
    assert.deepEqual(log, ["a", "service", "part", "pool"]);
  });

  test("is the end of gets, runs and new scopes", async () => {
    const container = await compileGraph(makeModule("App", { providers: [Database] })).start();
    await container.dispose();
    for (const use of [
      () => container.get(Database),
      () => container.run(() => inject(Database)),
      () => container.createScope(),
    ]) {
      assert.throws(use, {
        code: "E_DI_DISPOSED",
        message: "The container is disposed: use it before dispose() is called.",
      });
    }
  });
});
