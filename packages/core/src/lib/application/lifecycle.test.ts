import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArmatureError } from "@armature/http";
import { initModules, startHooks, stopHooks } from "./lifecycle.ts";

type Pace = "sync" | "async";

/** Instances that note which of their hooks run, and fail where they are told to. */
class Notes {
  readonly list: string[] = [];

  provider(name: string, pace: Pace, fails: readonly string[] = []): object {
    const note = (hook: string, signal?: string): void => {
      this.list.push(signal === undefined ? `${name}.${hook}` : `${name}.${hook}(${signal})`);
      if (fails.includes(hook)) throw new Error(`${name}.${hook} failed`);
    };
    const run = (hook: string, signal?: string): void | Promise<void> => {
      if (pace === "sync") return note(hook, signal);
      return new Promise<void>((resolve) => {
        setImmediate(resolve);
      }).then(() => note(hook, signal));
    };
    return {
      onModuleInit: () => run("init"),
      onApplicationBootstrap: () => run("bootstrap"),
      beforeApplicationShutdown: (signal?: string) => run("before", signal),
      onModuleDestroy: () => run("destroy"),
      onApplicationShutdown: (signal?: string) => run("shutdown", signal),
    };
  }

  providers(...fails: readonly (readonly string[])[]): object[] {
    const paces: readonly Pace[] = ["async", "sync", "async"];
    return paces.map((pace, at) => this.provider("abc".charAt(at), pace, fails[at]));
  }
}

/** What a class may be without hooks, or with something else of the name. */
const WITHOUT_HOOKS = [
  {},
  null,
  undefined,
  "onModuleInit",
  7,
  { onModuleInit: "no function", onModuleDestroy: null },
];

function messagesOf(errors: readonly unknown[]): string[] {
  return errors.map((error) => (error as Error).message);
}

describe("startHooks", () => {
  test("calls one after the other, in order, and waits for each", async () => {
    const notes = new Notes();
    await startHooks(notes.providers(), "onApplicationBootstrap");
    assert.deepEqual(notes.list, ["a.bootstrap", "b.bootstrap", "c.bootstrap"]);
  });

  test("stops at the first that fails", async () => {
    const notes = new Notes();
    await assert.rejects(startHooks(notes.providers([], ["init"]), "onModuleInit"), /^Error: b.init failed$/);
    assert.deepEqual(notes.list, ["a.init", "b.init"]);
  });

  test("passes over what has no such hook", async () => {
    const notes = new Notes();
    await startHooks([...WITHOUT_HOOKS, notes.provider("a", "sync")], "onModuleInit");
    assert.deepEqual(notes.list, ["a.init"]);
  });

  test("calls inherited hooks, on their instance", async () => {
    class Base {
      opened = 0;
      onModuleInit(): void {
        this.opened++;
      }
    }
    const instance = new (class extends Base {})();
    await startHooks([instance], "onModuleInit");
    assert.equal(instance.opened, 1);
  });
});

describe("stopHooks", () => {
  test("calls one after the other, the last first, with the signal", async () => {
    const notes = new Notes();
    assert.deepEqual(await stopHooks(notes.providers(), "onApplicationShutdown", { signal: "SIGTERM" }), []);
    assert.deepEqual(notes.list, ["c.shutdown(SIGTERM)", "b.shutdown(SIGTERM)", "a.shutdown(SIGTERM)"]);
    await stopHooks(notes.providers(), "beforeApplicationShutdown");
    assert.deepEqual(notes.list.slice(3), ["c.before", "b.before", "a.before"]);
  });

  test("calls all, whichever fail, and gives what they threw", async () => {
    const notes = new Notes();
    const failures = await stopHooks(notes.providers(["destroy"], [], ["destroy"]), "onModuleDestroy");
    assert.deepEqual(notes.list, ["c.destroy", "b.destroy", "a.destroy"]);
    assert.deepEqual(messagesOf(failures), ["c.destroy failed", "a.destroy failed"]);
  });

  test("leaves behind one that takes too long, and goes on", async () => {
    const notes = new Notes();
    class Hanging {
      async onModuleDestroy(): Promise<void> {
        await new Promise(() => {});
      }
    }
    const instances = [...notes.providers(), new Hanging()];
    const [failure, ...others] = await stopHooks(instances, "onModuleDestroy", { timeoutMs: 20 });
    assert.deepEqual(others, []);
    assert.ok(failure instanceof ArmatureError);
    assert.equal(failure.code, "E_HOOK_TIMEOUT");
    assert.match(failure.message, /^Hanging\.onModuleDestroy .* 20 ms/);
    assert.deepEqual(notes.list, ["c.destroy", "b.destroy", "a.destroy"]);
  });

  test("leaves the list of instances as it is", async () => {
    const instances = new Notes().providers();
    const before = [...instances];
    await stopHooks([...WITHOUT_HOOKS, ...instances], "onModuleDestroy");
    await stopHooks(instances, "onModuleDestroy");
    assert.deepEqual(instances, before);
  });
});

describe("initModules", () => {
  test("calls one after the other, and closes nothing where all is well", async () => {
    const notes = new Notes();
    await initModules([...WITHOUT_HOOKS, ...notes.providers()]);
    assert.deepEqual(notes.list, ["a.init", "b.init", "c.init"]);
  });

  test("closes what was opened before the one that failed, the last first, and says why", async () => {
    for (const failing of [0, 1, 2]) {
      const notes = new Notes();
      const fails = [0, 1, 2].map((at) => (at === failing ? ["init"] : []));
      await assert.rejects(initModules(notes.providers(...fails)), {
        name: "Error",
        message: `${"abc".charAt(failing)}.init failed`,
      });
      const opened = ["a", "b", "c"].slice(0, failing);
      assert.deepEqual(notes.list, [
        ...["a", "b", "c"].slice(0, failing + 1).map((name) => `${name}.init`),
        ...opened.toReversed().map((name) => `${name}.destroy`),
      ]);
    }
  });

  test("says too what could not be closed, after closing the rest", async () => {
    const notes = new Notes();
    await assert.rejects(initModules(notes.providers([], ["destroy"], ["init"])), (error: unknown) => {
      assert.ok(error instanceof AggregateError);
      assert.deepEqual(messagesOf(error.errors), ["c.init failed", "b.destroy failed"]);
      assert.equal(error.cause, error.errors[0]);
      return true;
    });
    assert.deepEqual(notes.list.slice(3), ["b.destroy", "a.destroy"]);
  });
});
