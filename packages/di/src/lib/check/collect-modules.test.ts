import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import type { ModuleSpec } from "../declare/module-spec.ts";
import type { Provider } from "../declare/provider.ts";
import type { AnyToken } from "../declare/token.ts";
import { report } from "./report-faults.test.kit.ts";

class UserService {
  readonly kind = "users";
}
class OrderService {
  readonly users = inject(UserService);
}

suite("a module list", () => {
  test("with undefined says that two files import each other", () => {
    const root = makeModule("App", {
      imports: [undefined as unknown as ModuleSpec, () => undefined as unknown as ModuleSpec],
      providers: [UserService, undefined as unknown as Provider],
      exports: [undefined as unknown as AnyToken],
    });
    assert.deepEqual(report(root), [
      [
        "E_DI_IMPORT_UNDEFINED",
        "App > imports[0]",
        "imports[0] of App is undefined.",
        "Two files probably import each other, so that the module was not evaluated yet: import it as a thunk, () => UserModule.",
      ],
      [
        "E_DI_IMPORT_UNDEFINED",
        "App > imports[1]",
        "imports[1] of App is a thunk that returned undefined.",
        "Return the module from the thunk: () => UserModule.",
      ],
      [
        "E_DI_PROVIDER_UNDEFINED",
        "App > providers[1]",
        "providers[1] of App is undefined.",
        "Two files probably import each other, so that one was not evaluated yet: move what both need into a third file.",
      ],
      [
        "E_DI_EXPORT_UNDEFINED",
        "App > exports[0]",
        "exports[0] of App is undefined.",
        "Two files probably import each other, so that one was not evaluated yet: move what both need into a third file.",
      ],
    ]);
  });

  test("with something that is no module says what it is", () => {
    class UserModule {
      readonly decorated = false;
    }
    const imports = [42, UserModule, () => fail(), { name: "Half" }] as unknown as ModuleSpec[];
    function fail(): never {
      throw new ReferenceError("UserModule is not defined");
    }
    assert.deepEqual(
      report(makeModule("App", { imports })).map(([code, , message]) => [code, message]),
      [
        ["E_DI_IMPORT_INVALID", "imports[0] of App is no module (got 42)."],
        [
          "E_DI_IMPORT_INVALID",
          "imports[1] of App is a function that threw: Class constructor UserModule cannot be invoked without 'new'",
        ],
        ["E_DI_IMPORT_INVALID", "imports[2] of App is a function that threw: UserModule is not defined"],
        ["E_DI_IMPORT_INVALID", "imports[3] of App is no module (got an object)."],
      ],
    );
  });

  test("that exports what the module does not have is a fault", () => {
    const config = makeModule("ConfigModule", {
      providers: [UserService],
      exports: [UserService],
      global: true,
    });
    const other = makeModule("OtherModule");
    const root = makeModule("App", {
      imports: [makeModule("Middle", { imports: [config] })],
      exports: [OrderService, other, UserService, 5 as unknown as AnyToken],
    });
    assert.deepEqual(report(root), [
      [
        "E_DI_EXPORT_UNKNOWN",
        "App > OrderService",
        "App exports OrderService, which it neither provides nor gets from a module that it imports.",
        "Add OrderService to the providers of App, or import the module that exports it.",
      ],
      [
        "E_DI_EXPORT_UNKNOWN",
        "App > OtherModule",
        "App exports the module OtherModule, which it does not import.",
        "Add OtherModule to the imports of App, or remove the export.",
      ],
      [
        "E_DI_EXPORT_UNKNOWN",
        "App > UserService",
        "App exports UserService, which it neither provides nor gets from a module that it imports.",
        "Remove the export: ConfigModule is global, so every module sees UserService already.",
      ],
      [
        "E_DI_EXPORT_INVALID",
        "App > exports[3]",
        "exports[3] of App is neither a token nor a module (got 5).",
        "Export tokens that the module provides, and modules that it imports.",
      ],
    ]);
  });

  test("is not read where the root is no module", () => {
    assert.deepEqual(
      report(undefined as unknown as ModuleSpec).map(([code, , message]) => [code, message]),
      [["E_DI_IMPORT_UNDEFINED", "The root module is undefined."]],
    );
    assert.deepEqual(
      report({} as ModuleSpec, { seedTokens: [UserService] }).map(([code, , message]) => [code, message]),
      [["E_DI_IMPORT_INVALID", "The root module is no module (got an object)."]],
    );
  });
});
