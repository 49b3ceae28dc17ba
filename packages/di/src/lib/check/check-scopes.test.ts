import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import { provide } from "../declare/provider.ts";
import { token } from "../declare/token.ts";
import { faultsOf, report } from "./report-faults.test.kit.ts";

suite("a scope fault", () => {
  class CurrentUser {
    static scope = "request" as const;
    readonly name = "Ada";
  }

  test("names the singleton, the way and the request-scoped provider", () => {
    class Formatter {
      static scope = "transient" as const;
      readonly user = inject(CurrentUser);
    }
    class Cache {
      readonly formatter = inject(Formatter);
    }
    class Direct {
      readonly user = inject.lazy(CurrentUser);
    }
    assert.deepEqual(report(makeModule("App", { providers: [Cache, Direct, Formatter, CurrentUser] })), [
      [
        "E_DI_SCOPE",
        "App > Cache > Formatter > CurrentUser",
        "Cache is a singleton and needs CurrentUser by way of Formatter, which is request-scoped: it would keep the value of one request for all others.",
        'Make Cache request-scoped (static scope = "request" as const), or pass CurrentUser to its methods.',
      ],
      [
        "E_DI_SCOPE",
        "App > Direct > CurrentUser",
        "Direct is a singleton and needs CurrentUser, which is request-scoped: it would keep the value of one request for all others.",
        'Make Direct request-scoped (static scope = "request" as const), or pass CurrentUser to its methods.',
      ],
    ]);
  });

  test("is found for seeds and factories, and through lists", () => {
    const CONTEXT = token<string>("CONTEXT");
    const LIST = token.multi<string>("LIST");
    const TEXT = token<string>("TEXT");
    class Reader {
      readonly list = inject(LIST);
    }
    const root = makeModule("App", {
      providers: [
        Reader,
        provide(LIST, { useExisting: CONTEXT }),
        provide(TEXT, { inject: [CONTEXT], useFactory: (context) => context }),
      ],
    });
    assert.deepEqual(
      faultsOf(root, { seedTokens: [CONTEXT] }).map(({ code, path, mend }) => [code, path.join(" > "), mend]),
      [
        [
          "E_DI_SCOPE",
          "App > Reader > LIST[0] > CONTEXT",
          'Make Reader request-scoped (static scope = "request" as const), or pass CONTEXT to its methods.',
        ],
        [
          "E_DI_SCOPE",
          "App > TEXT > CONTEXT",
          'Make TEXT request-scoped (scope: "request" in provide(TEXT, ...)), or pass CONTEXT to its methods.',
        ],
      ],
    );
  });

  test("is none for request-scoped and transient providers", () => {
    class Handler {
      static scope = "request" as const;
      readonly user = inject(CurrentUser);
    }
    class Helper {
      static scope = "transient" as const;
      readonly user = inject(CurrentUser);
    }
    assert.deepEqual(report(makeModule("App", { providers: [CurrentUser, Handler, Helper] })), []);
  });

  test("of a class that asks for a scope that there is not names the value", () => {
    class Typo {
      static scope = "Request";
      readonly name = "Ada";
    }
    assert.deepEqual(report(makeModule("App", { providers: [Typo] })), [
      [
        "E_DI_SCOPE_INVALID",
        "App > Typo",
        'The scope of Typo must be "singleton", "request" or "transient" (got "Request").',
        "Change the scope; where a static field of that name means something else, give the scope in provide(...).",
      ],
    ]);
    assert.deepEqual(
      report(makeModule("App", { providers: [provide(Typo, { useClass: Typo, scope: "request" })] })),
      [],
    );
  });
});
