import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { FlameNode } from "./flame-tree.ts";
import { PerfTree } from "./perf-tree.ts";

/** As perf 6.1 prints it, with the middle of the deepest stacks cut out. */
const CAPTURED = `node  8901/8901     1001001 
	ffffffff821c96e8 mas_update_gap.part.0 ([kernel.kallsyms])
	           fdc47 __brk (/usr/lib/x86_64-linux-gnu/libc.so.6)

MainThread  8901/8901     1001001 
	         1c70a0e sha256_block_data_order_shaext (/opt/node/bin/node)
	         2288c90 ncrypto::pbkdf2 (/opt/node/bin/node)
	         16361be Builtins_CallApiCallbackOptimizedNoProfiling (/opt/node/bin/node)
	    7fc6bf016323 JS:*'pbkdf2Sync node:internal/crypto/pbkdf2:67:20 (/tmp/perf-8901.map)
	    7fc6bf013835 JS:+'hashAll file:///srv/my%20app/p.mjs:2:17 (/tmp/perf-8901.map)
	    7fc6bf000594 Script:~ file:///srv/my%20app/p.mjs:1:1 (/tmp/perf-8901.map)
	          a22df1 v8::internal::(anonymous namespace)::Invoke (/opt/node/bin/node)
	          4d1215 node::Start (/opt/node/bin/node)
	           2724a __libc_start_call_main (/usr/lib/x86_64-linux-gnu/libc.so.6)

MainThread  8901/8901     1001001 
	    7fc6bf013835 JS:~hashAll file:///srv/my%20app/p.mjs:2:17 (/tmp/perf-8901.map)
	    7fc6bf000594 Script:~ file:///srv/my%20app/p.mjs:1:1 (/tmp/perf-8901.map)
	          a22df1 v8::internal::(anonymous namespace)::Invoke (/opt/node/bin/node)
	          4d1215 node::Start (/opt/node/bin/node)
	           2724a __libc_start_call_main (/usr/lib/x86_64-linux-gnu/libc.so.6)

libuv-worker  8901/8907     2002002 
	         1605a3b uv__fs_work (/opt/node/bin/node)
	    5ef0e8e58948 [unknown] ([unknown])

v8:ProfEvntProc  8901/8904     1001001 
	         f1b2c0 v8::internal::SamplingEventsProcessor::Run (/opt/node/bin/node)

MainThread  8901/8901     1001001 
	          e00e00 v8::sampler::SignalHandler::HandleProfilerSignal (/opt/node/bin/node)
	           3c050 __restore_rt (/usr/lib/x86_64-linux-gnu/libc.so.6)

`;

function read(text: string): PerfTree {
  const tree = new PerfTree();
  for (const line of text.split("\n")) tree.line(line);
  return tree;
}

/** The way to the widest function at each depth. */
function widest(node: FlameNode | undefined): string[] {
  return node === undefined ? [] : [`${node.name} ${node.place}`.trim(), ...widest(node.children[0])];
}

function inner(lines: readonly string[]): FlameNode | undefined {
  const tree = read(`node  1/1  1000000 \n${lines.map((line) => `\t  ab12 ${line}`).join("\n")}\n\n`);
  return tree.root().children[0]?.children[0];
}

suite("PerfTree", () => {
  test("adds up samples by thread and call path, in milliseconds, without those of the recorder", () => {
    const tree = read(CAPTURED);
    const root = tree.root();
    assert.equal(tree.samples, 4);
    assert.ok(Math.abs(root.total - 5.005005) < 1e-9, String(root.total));
    assert.deepEqual(
      root.children.map(({ name, place, total }) => [name, place, total.toFixed(3)]),
      [
        ["(thread MainThread)", "process 8901", "2.002"],
        ["(thread libuv-worker)", "process 8901", "2.002"],
        ["(thread node)", "process 8901", "1.001"],
      ],
    );
  });

  test("names functions of JavaScript as the profile of V8 does, whatever compiler they went through, and says whose the others are", () => {
    assert.deepEqual(widest(read(CAPTURED).root().children[0]), [
      "(thread MainThread) process 8901",
      "__libc_start_call_main [libc.so.6]",
      "node::Start [Node]",
      "v8::internal::(anonymous namespace)::Invoke [V8]",
      "(anonymous) /srv/my%20app/p.mjs:1",
      "hashAll /srv/my%20app/p.mjs:2",
      "pbkdf2Sync node:internal/crypto/pbkdf2:67",
      "Builtins_CallApiCallbackOptimizedNoProfiling [V8]",
      "ncrypto::pbkdf2 [Node]",
      "sha256_block_data_order_shaext [node]",
    ]);
    assert.deepEqual(widest(read(CAPTURED).root().children[1]).slice(1), [
      "(unknown) [unknown]",
      "uv__fs_work [libuv]",
    ]);
  });

  test("reads names with spaces and brackets, and files that are gone", () => {
    const cases: readonly (readonly [line: string, expected: string])[] = [
      ["JS:^get size /srv/my app/a.js:7:3 (/tmp/perf-1.map)", "get size /srv/my app/a.js:7"],
      ["JS:~ /srv/a (old)/a.cjs:7:3 (/tmp/perf-1.map)", "(anonymous) /srv/a (old)/a.cjs:7"],
      ["JS:*evaluated (/tmp/perf-1.map)", "evaluated"],
      ["RegExp:(a|b) c (/tmp/perf-1.map)", "RegExp:(a|b) c [V8]"],
      ["operator()(int) (/srv/addon.node (deleted))", "operator()(int) [addon.node (deleted)]"],
      ["nf_hook_slow ([nf_tables])", "nf_hook_slow [nf_tables]"],
      ["__vdso_gettimeofday ([vdso])", "__vdso_gettimeofday [vdso]"],
    ];
    for (const [line, expected] of cases) assert.equal(widest(inner([line]))[0], expected);
  });

  test("is empty for text that has no samples, and takes a last one that no empty line follows", () => {
    const foreign = read("no samples here\n\tab12 frame (of nothing)\n\n");
    assert.deepEqual([foreign.samples, foreign.root().total, foreign.root().children], [0, 0, []]);
    const tree = read("a thread  1/2  3000000\n\t ab12 f (/bin/x)");
    assert.deepEqual(widest(tree.root()), ["(root)", "(thread a thread) process 1", "f [x]"]);
    assert.equal(tree.samples, 1);
  });
});
