import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import { provide } from "../declare/provider.ts";
import { token } from "../declare/token.ts";
import { compileGraph } from "../check/compile-graph.ts";
import { faultsOf, report } from "../check/report-faults.test.kit.ts";

class UserService {
  readonly kind = "users";
}
class OrderService {
  readonly users = inject(UserService);
}
class OrderController {
  readonly orders = inject(OrderService);
}

suite("a missing provider", () => {
  test("is explained by the module that exports it and is not imported", () => {
    const users = makeModule("UserModule", { providers: [UserService], exports: [UserService] });
    const orders = makeModule("OrderModule", { providers: [OrderService, OrderController] });
    assert.deepEqual(report(makeModule("App", { imports: [users, orders] })), [
      [
        "E_DI_MISSING",
        "OrderModule > OrderController > OrderService > UserService",
        "OrderService needs UserService: UserService is exported by UserModule, which OrderModule does not import.",
        "Add UserModule to the imports of OrderModule.",
      ],
    ]);
  });

  test("is explained by the module that has it and does not export it", () => {
    const users = makeModule("UserModule", { providers: [UserService] });
    const importing = makeModule("OrderModule", { imports: [users], providers: [OrderService] });
    const apart = makeModule("BillModule", { providers: [OrderService] });
    assert.deepEqual(
      report(makeModule("App", { imports: [importing, apart] })).map((lines) => lines.slice(2)),
      [
        [
          "OrderService needs UserService: UserService is provided in UserModule but not exported.",
          "Add UserService to the exports of UserModule.",
        ],
        [
          "OrderService needs UserService: UserService is provided in UserModule but not exported.",
          "Add UserService to the exports of UserModule, and UserModule to the imports of BillModule.",
        ],
      ],
    );
  });

  test("names the owner rather than modules that pass it on", () => {
    const users = makeModule("UserModule", { providers: [UserService], exports: [UserService] });
    const shared = makeModule("SharedModule", { imports: [users], exports: [users] });
    const orders = makeModule("OrderModule", { providers: [OrderService] });
    assert.equal(
      faultsOf(makeModule("App", { imports: [shared, orders] }))[0]?.mend,
      "Add UserModule to the imports of OrderModule.",
    );
  });

  test("that nobody provides comes with a name that is close to it", () => {
    const USER_SERVISE = token<string>("UserServise");
    class Needing {
      readonly users = inject(USER_SERVISE);
    }
    assert.deepEqual(report(makeModule("App", { providers: [UserService, Needing] }))[0]?.slice(2), [
      "Needing needs UserServise: nobody provides it; did you mean UserService?",
      "Add provide(UserServise, ...) to the providers of App.",
    ]);
    assert.deepEqual(report(makeModule("App", { providers: [OrderController, OrderService] }))[0]?.slice(2), [
      "OrderService needs UserService: nobody provides it; did you mean OrderService?",
      "Add UserService to the providers of App.",
    ]);
  });

  test("of the same name as another token points at the other one", () => {
    const PORT = token<number>("PORT");
    class Server {
      readonly port = inject(PORT);
    }
    const root = makeModule("App", { providers: [Server, provide(token<number>("PORT"), { useValue: 1 })] });
    assert.deepEqual(report(root)[0]?.slice(2), [
      "Server needs PORT: nobody provides it; App provides another token of the same name.",
      "Use the same token object in both places: its file is probably loaded twice, or the name is used twice.",
    ]);
  });

  test("whose subclass is provided says how to make that an alias", () => {
    class AdminService extends UserService {}
    const root = makeModule("App", { providers: [OrderService, AdminService] });
    assert.deepEqual(report(root)[0]?.slice(2), [
      "OrderService needs UserService: nobody provides it; its subclass AdminService is provided in App.",
      "Add provide(UserService, { useExisting: AdminService }) to the providers of App.",
    ]);
  });

  test("of a factory, an alias and a lazy dependency is found like one of a constructor", () => {
    const A = token<string>("A");
    const B = token<UserService>("B");
    class Lazy {
      readonly users = inject.lazy(UserService);
    }
    const root = makeModule("App", {
      providers: [
        provide(A, { inject: [UserService], useFactory: (users) => users.kind }),
        provide(B, { useExisting: UserService }),
        Lazy,
      ],
    });
    assert.deepEqual(
      faultsOf(root).map(({ code, path }) => [code, path.join(" > ")]),
      [
        ["E_DI_MISSING", "App > A > UserService"],
        ["E_DI_MISSING", "App > B > UserService"],
        ["E_DI_MISSING", "App > Lazy > UserService"],
      ],
    );
  });

  test("is no fault where it is optional, and an empty list where the token is a multi token", () => {
    const MANY = token.multi<string>("MANY");
    class Service {
      readonly users = inject(UserService, { optional: true });
      readonly lazyUsers = inject.lazy(UserService, { optional: true });
      readonly many = inject(MANY);
    }
    const graph = compileGraph(makeModule("App", { providers: [Service] }));
    const sample = graph.sample(Service);
    assert.deepEqual([sample?.users, sample?.many], [undefined, []]);
  });
});
