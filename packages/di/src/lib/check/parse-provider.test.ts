import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import { provide, type Provider } from "../declare/provider.ts";
import { token } from "../declare/token.ts";
import { faultsOf, report } from "./report-faults.test.kit.ts";

class UserService {
  readonly kind = "users";
}
class OrderService {
  readonly users = inject(UserService);
}

suite("a provider", () => {
  function messages(...providers: readonly unknown[]): string[] {
    return faultsOf(makeModule("App", { providers: providers as Provider[] })).map(
      ({ code, message }) => `${code} ${message}`,
    );
  }

  test("that stands twice in a module is a fault", () => {
    const root = makeModule("App", {
      providers: [UserService, OrderService, provide(UserService, { useClass: UserService })],
    });
    assert.deepEqual(report(root), [
      [
        "E_DI_PROVIDER_DUPLICATE",
        "App > UserService",
        "App provides UserService twice: providers[0] and providers[2].",
        "Keep one of them; use token.multi for many values under one token.",
      ],
    ]);
  });

  test("of a wrong shape is explained", () => {
    const nested = makeModule("Nested");
    assert.deepEqual(
      messages(42, () => 1, nested, {}, { provide: undefined }, { provide: "TOKEN", useValue: 1 }, null),
      [
        "E_DI_PROVIDER_INVALID providers[0] of App is no provider (got 42).",
        "E_DI_PROVIDER_INVALID providers[1] of App is no provider (got an anonymous function).",
        "E_DI_PROVIDER_INVALID providers[2] of App is the module Nested.",
        "E_DI_PROVIDER_INVALID providers[3] of App is no provider (got an object).",
        'E_DI_PROVIDER_UNDEFINED "provide" of providers[4] of App is undefined.',
        'E_DI_TOKEN_INVALID providers[5] of App names something that is no token (got "TOKEN").',
        "E_DI_PROVIDER_INVALID providers[6] of App is no provider (got null).",
      ],
    );
  });

  test("with a wrong recipe is explained, and does not count as missing", () => {
    const A = token<unknown>("A");
    class Needing {
      readonly a = inject(A);
    }
    const place = "of providers[1] of App";
    const cases: readonly [recipe: object, message: string][] = [
      [
        {},
        "E_DI_PROVIDER_INVALID providers[1] of App, for A, needs exactly one of useClass, useValue, useFactory, useExisting (got none of them).",
      ],
      [
        { useValue: 1, useFactory: () => 1 },
        "E_DI_PROVIDER_INVALID providers[1] of App, for A, needs exactly one of useClass, useValue, useFactory, useExisting (got useValue and useFactory).",
      ],
      [{ useClass: undefined }, `E_DI_PROVIDER_UNDEFINED "useClass" ${place} is undefined.`],
      [{ useExisting: undefined }, `E_DI_PROVIDER_UNDEFINED "useExisting" ${place} is undefined.`],
      [
        { useClass: () => 1 },
        `E_DI_PROVIDER_INVALID "useClass" ${place} is no class (got the function useClass).`,
      ],
      [{ useFactory: "x" }, `E_DI_PROVIDER_INVALID "useFactory" ${place} is no function (got "x").`],
      [
        { useExisting: "x" },
        'E_DI_TOKEN_INVALID providers[1] of App names something that is no token (got "x").',
      ],
      [
        { useFactory: () => 1, inject: A },
        `E_DI_PROVIDER_INVALID "inject" ${place} is no list (got an instance of ValueToken).`,
      ],
      [
        { useFactory: () => 1, inject: [undefined] },
        `E_DI_PROVIDER_UNDEFINED inject[0] ${place} is undefined.`,
      ],
      [
        { useFactory: () => 1, inject: [{ token: 1 }] },
        `E_DI_TOKEN_INVALID inject[0] ${place} is no token (got an object).`,
      ],
      [
        { useFactory: () => 1, dispose: 1 },
        `E_DI_PROVIDER_INVALID "dispose" ${place} is no function (got 1).`,
      ],
      [
        { useFactory: () => 1, scope: "session" },
        'E_DI_SCOPE_INVALID The scope of A must be "singleton", "request" or "transient" (got "session").',
      ],
    ];
    for (const [recipe, message] of cases)
      assert.deepEqual(messages(Needing, { provide: A, ...recipe }), [message]);
  });

  test("whose constructor takes parameters is told how to inject", () => {
    class Nest {
      readonly users: UserService;
      constructor(users: UserService) {
        this.users = users;
      }
    }
    assert.deepEqual(report(makeModule("App", { providers: [Nest as unknown as Provider] })), [
      [
        "E_DI_CONSTRUCTOR_PARAMETERS",
        "App > Nest",
        "The constructor of Nest takes a parameter, and the container passes none.",
        "Use a field (#users = inject(UserService)) or a default (constructor(users = inject(UserService))), or provide it with a factory.",
      ],
    ]);
  });

  test("that injects undefined is told that two files import each other", () => {
    class Needing {
      readonly users = inject(undefined as unknown as typeof UserService);
      readonly orders = inject(OrderService);
    }
    assert.deepEqual(
      faultsOf(makeModule("App", { providers: [Needing] })).map(({ code, path }) => [code, path.join(" > ")]),
      [
        ["E_DI_TOKEN_INVALID", "App > Needing"],
        ["E_DI_MISSING", "App > Needing > OrderService"],
      ],
    );
  });
});
