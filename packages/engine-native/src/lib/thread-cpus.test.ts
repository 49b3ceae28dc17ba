import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nativeEngineFault } from "./load-binding.ts";
import { setThreadCpus, threadCpus } from "./thread-cpus.ts";

describe("the processors of a thread", { skip: nativeEngineFault() ?? false }, () => {
  test("are those that were set", () => {
    const before = threadCpus();
    const [first] = before;
    assert.ok(first !== undefined);
    setThreadCpus([first]);
    assert.deepEqual(threadCpus(), [first]);
    setThreadCpus(before);
    assert.deepEqual(threadCpus(), before);
  });

  test("are numbers of processors that are there", () => {
    const before = threadCpus();
    for (const cpus of [[], [-1], [0.5], [1024], [1023]])
      assert.throws(() => setThreadCpus(cpus), { code: "E_CPUS_INVALID" }, String(cpus));
    assert.deepEqual(threadCpus(), before);
  });
});
