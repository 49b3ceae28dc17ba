import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defineModule, isModuleRef, Module, ModuleDefinition, resolveModule } from "./module-definition.ts";

class Service {}

@Module({ providers: [Service], prefix: "/a" })
class DecoratedModule {}

const defined = defineModule({ name: "Defined", providers: [Service] });

describe("a module", () => {
  test("is called as it says, else as its class", () => {
    assert.equal(defined.name, "Defined");
    assert.equal(defineModule({}).name, "Module");
    assert.equal(resolveModule(DecoratedModule, "x").name, "DecoratedModule");
    @Module({ name: "Other" })
    class NamedModule {}
    assert.equal(resolveModule(NamedModule, "x").name, "Other");
  });

  test("has its own class as its first provider where it is a class", () => {
    const { options } = resolveModule(DecoratedModule, "x");
    assert.deepEqual(options.providers, [DecoratedModule, Service]);
    assert.equal(options.prefix, "/a");
    assert.deepEqual(defined.options.providers, [Service]);
  });

  test("is another one each time it is defined", () => {
    const options = { providers: [Service] };
    assert.notEqual(defineModule(options), defineModule(options));
  });
});

describe("resolveModule", () => {
  test("gives one definition, however the module is named", () => {
    const definition = resolveModule(DecoratedModule, "x");
    assert.ok(definition instanceof ModuleDefinition);
    assert.equal(
      resolveModule(() => DecoratedModule, "x"),
      definition,
    );
    assert.equal(
      resolveModule(() => () => DecoratedModule, "x"),
      definition,
    );
    assert.equal(resolveModule(definition, "x"), definition);
    assert.equal(
      resolveModule(() => defined, "x"),
      defined,
    );
  });

  const NO_MODULES: Readonly<Record<string, readonly [ref: unknown, got: RegExp]>> = {
    undefined: [undefined, /^import 1 of A is undefined; .*\(\) => TheModule/],
    "a function that gives undefined": [() => undefined, /^import 1 of A is undefined;/],
    "a class without @Module": [Service, /got the class Service\); decorate .*@Module/],
    "a subclass of a module": [class SubModule extends DecoratedModule {}, /got the class SubModule/],
    null: [null, /got a value of type object/],
    "its options": [{ providers: [] }, /got a value of type object/],
    "a name": ["UserModule", /got a value of type string/],
  };
  for (const [what, [ref, message]] of Object.entries(NO_MODULES))
    test(`refuses ${what}`, () => {
      assert.throws(() => resolveModule(ref, "import 1 of A"), { code: "E_MODULE_INVALID", message });
    });
});

test("isModuleRef tells modules from tokens", () => {
  for (const ref of [defined, DecoratedModule, () => DecoratedModule]) assert.ok(isModuleRef(ref));
  for (const ref of [Service, undefined, null, { name: "token" }, "token"]) assert.ok(!isModuleRef(ref));
});
