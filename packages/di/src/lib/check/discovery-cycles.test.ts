import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import { provide } from "../declare/provider.ts";
import { token } from "../declare/token.ts";
import { faultsOf, report } from "./report-faults.test.kit.ts";

suite("a cycle", () => {
  class Left {
    readonly right: unknown = inject(Right);
  }
  class Right {
    readonly left: unknown = inject(Left);
  }

  test("is reported once, with its path and where to cut it", () => {
    class Above {
      readonly left = inject(Left);
    }
    assert.deepEqual(report(makeModule("App", { providers: [Above, Left, Right] })), [
      [
        "E_DI_CYCLE",
        "App > Left > Right > Left",
        "Left cannot be built before itself: Left > Right > Left.",
        "Use inject.lazy(Left) in Right, or move what both need into a third provider.",
      ],
    ]);
  });

  test("is found through factories, aliases, lists and the provider itself", () => {
    const A = token<unknown>("A");
    const B = token<unknown>("B");
    const LIST = token.multi<unknown>("LIST");
    class Self {
      readonly self: unknown = inject(Self);
    }
    class Listed {
      readonly all: unknown = inject(LIST);
    }
    const root = makeModule("App", {
      providers: [
        provide(A, { inject: [B], useFactory: (b) => b }),
        provide(B, { useExisting: A }),
        Self,
        Listed,
        provide(LIST, { useExisting: Listed }),
      ],
    });
    assert.deepEqual(report(root), [
      [
        "E_DI_CYCLE",
        "App > A > B > A",
        "A cannot be built before itself: A > B > A.",
        "Let B be an alias of something else.",
      ],
      [
        "E_DI_CYCLE",
        "App > Self > Self",
        "Self cannot be built before itself: Self > Self.",
        "Use inject.lazy(Self) in Self, or move what both need into a third provider.",
      ],
      [
        "E_DI_CYCLE",
        "App > Listed > LIST[0] > Listed",
        "Listed cannot be built before itself: Listed > LIST[0] > Listed.",
        "Let LIST[0] be an alias of something else.",
      ],
    ]);
  });

  test("of factories says how their list makes one of them lazy", () => {
    const A = token<unknown>("A");
    const B = token<unknown>("B");
    const root = makeModule("App", {
      providers: [
        provide(A, { inject: [B], useFactory: (b) => b }),
        provide(B, { inject: [A], useFactory: (a) => a }),
      ],
    });
    assert.equal(
      faultsOf(root)[0]?.mend,
      "Give B a function with { token: A, lazy: true } in its inject list, or move what both need into a third provider.",
    );
  });

  test("is none where one side is lazy", () => {
    class Lazy {
      readonly eager: () => Eager = inject.lazy(Eager);
    }
    class Eager {
      readonly lazy = inject(Lazy);
    }
    assert.deepEqual(report(makeModule("App", { providers: [Lazy, Eager] })), []);
  });
});
