import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import type { ModuleSpec } from "../declare/module-spec.ts";
import { provide, type Provider } from "../declare/provider.ts";
import { type AnyToken, token } from "../declare/token.ts";
import { compileGraph } from "./compile-graph.ts";
import { report } from "./report-faults.test.kit.ts";

class UserService {
  readonly kind = "users";
}
class OrderService {
  readonly users = inject(UserService);
}

suite("an override", () => {
  test("replaces a token wherever it is provided, and the original is never built", async () => {
    let built = 0;
    class Mail {
      readonly kind: string = "real";
      constructor() {
        built++;
      }
    }
    class FakeMail extends Mail {
      override readonly kind = "fake";
      readonly users = inject(UserService);
    }
    class Sender {
      readonly mail = inject(Mail);
    }
    const first = makeModule("First", { providers: [Mail, Sender, UserService] });
    const second = makeModule("Second", { providers: [Mail, Sender, UserService] });
    const graph = compileGraph(makeModule("App", { imports: [first, second] }), {
      overrides: [provide(Mail, { useClass: FakeMail })],
    });
    assert.deepEqual(
      [first, second].map((module) => graph.sample(Sender, { module })?.mail.kind),
      ["fake", "fake"],
    );
    assert.equal(built, 2); // by way of the subclass
    const [own, other] = [first, second].map((module) => graph.sample(Mail, { module }) as FakeMail);
    assert.notEqual(own?.users, other?.users);
  });

  test("of a multi token replaces all contributions together", () => {
    const PLUGINS = token.multi<string>("PLUGINS", { everywhere: true });
    const contributing = (name: string): ModuleSpec =>
      makeModule(name, {
        providers: [provide(PLUGINS, { useValue: `${name} 1` }), provide(PLUGINS, { useValue: `${name} 2` })],
      });
    class Reader {
      readonly plugins = inject(PLUGINS);
    }
    const root = makeModule("App", { imports: [contributing("A"), contributing("B")], providers: [Reader] });
    assert.deepEqual(compileGraph(root).sample(Reader)?.plugins, ["A 1", "A 2", "B 1", "B 2"]);
    const overrides = [provide(PLUGINS, { useValue: "x" }), provide(PLUGINS, { useValue: "y" })];
    assert.deepEqual(compileGraph(root, { overrides }).sample(Reader)?.plugins, ["x", "y"]);
  });

  test("of what nobody provides, twice the same, or of a wrong shape is a fault", () => {
    const overrides = [
      provide(OrderService, { useExisting: OrderService }),
      provide(UserService, { useValue: { kind: "users" } }),
      provide(UserService, { useValue: { kind: "users" } }),
      undefined as unknown as Provider,
    ];
    assert.deepEqual(report(makeModule("App", { providers: [UserService] }), { overrides }), [
      [
        "E_DI_PROVIDER_DUPLICATE",
        "overrides[2]",
        "UserService is overridden twice.",
        "Keep one of the overrides.",
      ],
      [
        "E_DI_PROVIDER_UNDEFINED",
        "overrides[3]",
        "overrides[3] is undefined.",
        "Two files probably import each other, so that one was not evaluated yet: move what both need into a third file.",
      ],
      [
        "E_DI_OVERRIDE_UNKNOWN",
        "overrides > OrderService",
        "OrderService is overridden, but no module provides it.",
        "Override the token that a module provides, or remove the override.",
      ],
    ]);
  });
});

test("a seed has to be a plain token", () => {
  const seedTokens = [token.multi<string>("MANY"), undefined as unknown as AnyToken];
  assert.deepEqual(report(makeModule("App"), { seedTokens }), [
    [
      "E_DI_TOKEN_INVALID",
      "seedTokens[0]",
      "seedTokens[0] cannot be given to a scope (got the multi token MANY).",
      "Seed classes and what token() makes.",
    ],
    [
      "E_DI_TOKEN_INVALID",
      "seedTokens[1]",
      "seedTokens[1] cannot be given to a scope (got undefined).",
      "Seed classes and what token() makes.",
    ],
  ]);
});
