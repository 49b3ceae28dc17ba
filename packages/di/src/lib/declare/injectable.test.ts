import assert from "node:assert/strict";
import { test } from "node:test";
import { compileGraph } from "../check/compile-graph.ts";
import { defineInjectable, Injectable, scopeOfClass } from "./injectable.ts";
import { makeModule } from "./make-module.test.kit.ts";
import { ensureMetadata, readMetadata } from "./metadata.ts";
import { provide } from "./provider.ts";

class Plain {
  readonly name: string = "plain";
}

test("a class says its scope by decorator, by call or by static field", () => {
  @Injectable({ scope: "request" })
  class Decorated extends Plain {}
  const Defined = defineInjectable(class Defined extends Plain {}, { scope: "transient" });
  class Static extends Plain {
    static scope = "request" as const;
  }
  assert.deepEqual([Decorated, Defined, Static, Plain].map(scopeOfClass), [
    "request",
    "transient",
    "request",
    undefined,
  ]);
});

test("a subclass has the scope of its base class until it says another one", () => {
  @Injectable({ scope: "request" })
  class Base extends Plain {}
  class Inheriting extends Base {}
  class Noted extends Base {}
  ensureMetadata(Noted)[Symbol("note")] = true;
  const Overriding = defineInjectable(class Overriding extends Base {}, { scope: "singleton" });
  assert.deepEqual([Inheriting, Noted, Overriding].map(scopeOfClass), ["request", "request", "singleton"]);
});

test("the provider's scope goes before what the class says", () => {
  @Injectable({ scope: "request" })
  class Service extends Plain {}
  const graph = compileGraph(
    makeModule("App", { providers: [provide(Service, { useClass: Service, scope: "transient" })] }),
  );
  assert.deepEqual(
    graph.providers.map((provider) => provider.scope),
    ["transient"],
  );
});

test("notes about a class are kept apart from those about its base class", () => {
  const KEY = Symbol("note");
  class Base extends Plain {}
  class Derived extends Base {}
  assert.equal(readMetadata(Derived), null);
  ensureMetadata(Base)[KEY] = "base";
  assert.equal(readMetadata(Derived)?.[KEY], "base");
  ensureMetadata(Derived)[KEY] = "derived";
  assert.deepEqual([readMetadata(Base)?.[KEY], readMetadata(Derived)?.[KEY]], ["base", "derived"]);
});
