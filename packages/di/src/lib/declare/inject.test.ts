import assert from "node:assert/strict";
import { test } from "node:test";
import { compileGraph } from "../check/compile-graph.ts";
import { DiError } from "../fault/di-error.ts";
import { inject } from "./inject.ts";
import { makeModule } from "./make-module.test.kit.ts";
import { provide } from "./provider.ts";
import { type Token, token } from "./token.ts";

class Clock {
  now(): number {
    return 42;
  }
}

test("inject outside of an injection context says where it can be called", () => {
  assert.throws(() => inject(Clock), {
    name: "DiError",
    code: "E_DI_NO_CONTEXT",
    message:
      "inject(Clock) was called outside of an injection context. Call it in a field initialiser or constructor of a class " +
      "that the container builds, or inside container.run(() => ...); not after an await, and not through a second copy of @armature/di.",
  });
  assert.throws(() => inject.lazy(Clock), {
    code: "E_DI_NO_CONTEXT",
    message: /^inject\.lazy\(Clock\) was called/,
  });
});

test("inject of undefined says that two files import each other", () => {
  const missing = undefined as unknown as Token<Clock>;
  assert.throws(() => inject(missing), {
    code: "E_DI_TOKEN_INVALID",
    message: /^inject\(\) was given undefined\. Two files/,
  });
});

test("fields, constructors, defaults of parameters and helpers built on the way all inject", async () => {
  class Helper {
    readonly clock = inject(Clock);
  }
  class Service {
    readonly field = inject(Clock);
    readonly helper = new Helper();
    readonly fromConstructor: Clock;
    readonly fromDefault: Clock;
    constructor(clock = inject(Clock)) {
      this.fromConstructor = inject(Clock);
      this.fromDefault = clock;
    }
  }
  const container = await compileGraph(makeModule("App", { providers: [Service, Clock] })).start();
  const service = container.get(Service);
  const clock = container.get(Clock);
  assert.deepEqual(
    [service.field, service.helper.clock, service.fromConstructor, service.fromDefault].map(
      (each) => each === clock,
    ),
    [true, true, true, true],
  );
});

test("the context ends with the constructor, whether it returns or throws", async () => {
  class Broken {
    readonly clock = inject(Clock);
    readonly fail = fail();
  }
  function fail(): never {
    throw new Error("broken");
  }
  assert.throws(() => compileGraph(makeModule("App", { providers: [Broken, Clock] })));
  assert.throws(() => inject(Clock), { code: "E_DI_NO_CONTEXT" });
});

test("a factory injects what its list names, and nothing else", async () => {
  const NAME = token<string>("NAME");
  class Other {
    readonly name = "other";
  }
  class Legacy {
    readonly other = inject(Other);
    readonly clock = inject(Clock);
    readonly lazyClock = inject.lazy(Clock);
  }
  const declared = makeModule("App", {
    providers: [
      Clock,
      Other,
      provide(Legacy, {
        inject: [Clock, { token: Clock, lazy: true }, Other],
        useFactory: () => new Legacy(),
      }),
    ],
  });
  const container = await compileGraph(declared).start();
  const { clock, lazyClock, other } = container.get(Legacy);
  assert.equal(clock, container.get(Clock));
  assert.equal(lazyClock(), clock);
  assert.equal(other, container.get(Other));

  const undeclared = makeModule("App", {
    providers: [Clock, provide(NAME, { useFactory: () => `at ${inject(Clock).now()}` })],
  });
  await assert.rejects(compileGraph(undeclared).start(), (error: unknown) => {
    assert.ok(error instanceof DiError);
    assert.match(
      error.message,
      /E_DI_UNDECLARED {2}App > NAME\n {2}The factory of NAME injects Clock, which its inject list does not name: add Clock to the list\./,
    );
    return true;
  });
});

test("run gives code outside of constructors the view of a module", async () => {
  const feature = makeModule("Feature", { providers: [Clock] });
  const container = await compileGraph(makeModule("App", { imports: [feature] })).start();
  assert.equal(
    container.run(() => inject(Clock).now(), { module: feature }),
    42,
  );
  assert.equal(
    container.run(() => inject(Clock, { optional: true })),
    undefined,
  );
  assert.throws(() => container.run(() => inject(Clock)), { code: "E_DI_MISSING" });
  const lazy = container.run(() => inject.lazy(Clock), { module: feature });
  assert.equal(lazy(), container.get(Clock, { module: feature }));
});
