import assert from "node:assert/strict";
import { test } from "node:test";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import { GraphError } from "../fault/fault.ts";
import { compileGraph } from "./compile-graph.ts";

class UserService {
  readonly kind = "users";
}
class OrderService {
  readonly users = inject(UserService);
}
class OrderController {
  readonly orders = inject(OrderService);
}

test("all faults come in one error that can be read", () => {
  class Throwing {
    readonly luck = fail(new TypeError("no luck"));
  }
  const users = makeModule("UserModule", { providers: [UserService] });
  const root = makeModule("App", {
    imports: [users],
    providers: [OrderService, Throwing],
    exports: [OrderController],
  });
  assert.throws(
    () => compileGraph(root),
    (error: unknown) => {
      assert.ok(error instanceof GraphError);
      assert.ok(error.cause instanceof TypeError);
      assert.equal(
        error.message,
        [
          "The module graph has 3 faults.",
          "",
          "E_DI_EXPORT_UNKNOWN  App > OrderController",
          "  App exports OrderController, which it neither provides nor gets from a module that it imports.",
          "  Add OrderController to the providers of App, or import the module that exports it.",
          "",
          "E_DI_MISSING  App > OrderService > UserService",
          "  OrderService needs UserService: UserService is provided in UserModule but not exported.",
          "  Add UserService to the exports of UserModule.",
          "",
          "E_DI_CONSTRUCTOR  App > Throwing",
          "  The constructor of Throwing threw: no luck",
          "  Constructors run when the graph is checked: move work that can fail into a factory or a lifecycle hook.",
        ].join("\n"),
      );
      return true;
    },
  );
});

function fail(error: unknown): never {
  throw error;
}
