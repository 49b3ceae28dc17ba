import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { Results } from "../bench/results.ts";
import { freePort } from "../bench/ports.ts";
import { inFolder, pidOf, readRun, runIn, SERVER, SHORT, untilGone } from "./bench.test.kit.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");

suite("bench of a program", () => {
  test("starts it, loads each path, ends it, and writes table, JSON, chart and page", async () => {
    await inFolder(async (folder, run) => {
      const files = ["--json=run.json", "--svg=run.svg", "--html=run.html"];
      const { code, out, err } = await run(
        ...SHORT,
        "--path=/a?b=1",
        "--path=/c",
        ...files,
        "--",
        "node",
        "server.mjs",
      );
      assert.equal(code, 0, err);
      assert.match(err, /Asked once[^\n]*\n {2}GET \/a\?b=1: 200, \d+ bytes\n {2}GET \/c: 200/);
      assert.match(err, /^1 of 2, about \d+ s left: GET \/a\?b=1, round 1 of 1\n2 of 2/m);
      assert.match(out, /requests\/s +p50 ms +p90 ms +p99 ms[^\n]*4xx\/5xx +no answer\n/);
      assert.match(out, /^GET \/c +\d/m);
      assert.match(out, /- Noise: There was one round/);
      await untilGone(await pidOf(folder));
      const written = await readRun(join(folder, "run.json"));
      assert.equal(written.suite, "load");
      assert.deepEqual(
        [written.options["program"], written.options["connections"], written.options["rounds"]],
        ["node server.mjs", 2, 1],
      );
      assert.match(String(written.options["generator"]), /^(?:wrk|autocannon) \d/);
      const rows = written.parts["load"]?.rows ?? [];
      assert.deepEqual(
        rows.map(({ name }) => name),
        ["GET /a?b=1", "GET /c"],
      );
      for (const { figures } of rows) {
        const { median, min, max } = figures["requests/s"] ?? {};
        assert.ok(median !== undefined && median > 0 && min === median && max === median);
        if (process.platform === "linux") assert.ok((figures["RSS MB"]?.median ?? 0) > 1);
      }
      const svg = await readFile(join(folder, "run.svg"), "utf8");
      assert.match(svg, /^<svg [\s\S]*requests\/s, higher is better[\s\S]*GET \/c<[\s\S]*<\/svg>\n$/);
      const page = await readFile(join(folder, "run.html"), "utf8");
      assert.match(page, /<h1>Benchmark of node server\.mjs<\/h1>[\s\S]*<svg [\s\S]*<td>GET \/c<\/td>/);
      assert.ok(!/(?:src|href)=/.test(page), "it opens without a network");
      assert.deepEqual((await readdir(folder)).toSorted(), [
        "pid",
        "run.html",
        "run.json",
        "run.svg",
        "server.mjs",
      ]);
    });
  });

  test("sends method, headers and body, counts the time of what the program starts, and shows one line on a terminal", async () => {
    await inFolder(async (folder) => {
      const request = ["--method=put", "--header=x-word: yes", "--body=hello"];
      const { code, out, err } = await runIn(
        folder,
        [...SHORT, ...request, "--", "sh", "-c", "node server.mjs; true"],
        true,
      );
      assert.equal(code, 0, err);
      assert.match(out, /^PUT \/ +\d/m);
      if (process.platform === "linux") assert.match(out, /^ +CPU us\/request/);
      assert.ok(
        err.includes(`\r\u001b[2K1 of 1`) && err.endsWith("\r\u001b[2K"),
        "the line is written over and taken away",
      );
      await untilGone(await pidOf(folder)); // what the shell started
    });
  });

  test("measures nothing that answers otherwise than with 2xx, unless that is what is wanted", async () => {
    await inFolder(async (folder, run) => {
      const call = [...SHORT, "--path=/", "--path=/missing", "--json=run.json", "--", "node", "server.mjs"];
      const refused = await run(...call);
      assert.equal(refused.code, 2);
      assert.match(
        refused.err,
        /does not answer as it should; mend the requests[^\n]*\n {2}GET \/missing: 404, \d+ bytes\n$/,
      );
      assert.ok(!existsSync(join(folder, "run.json")));
      const allowed = await run("--allow-errors", ...call);
      assert.equal(allowed.code, 0, allowed.err);
      const [, missing] = (await readRun(join(folder, "run.json"))).parts["load"]?.rows ?? [];
      assert.ok((missing?.figures["4xx/5xx"]?.median ?? 0) > 0);
    });
  });

  test("says what a program printed last that ends, before or under load", async () => {
    await inFolder(async (folder, run) => {
      const early = await run(...SHORT, "--", "node", "-e", "console.error('no database'); process.exit(3)");
      assert.deepEqual([early.code, early.out], [2, ""]);
      assert.match(early.err, /The program ended \(exit code 3\)\. Its last lines:\nno database\n/);

      const dying = SERVER.replace(
        "response.end(",
        'if (request.url === "/die" && ++globalThis.count > 5) { console.error("out of luck"); process.exit(4); } response.end(',
      );
      await writeFile(join(folder, "dying.mjs"), `globalThis.count = 0; ${dying}`);
      const late = await run(
        ...SHORT,
        "--seconds=30",
        "--path=/die",
        "--json=run.json",
        "--",
        "node",
        "dying.mjs",
      );
      assert.equal(late.code, 2);
      assert.match(
        late.err,
        /round 1 of 1\nThe program ended \(exit code 4\)\. Its last lines:\nready\nout of luck\n/,
      );
      assert.ok(!existsSync(join(folder, "run.json")));
    });
  });

  test("says so where a program cannot be started, does not listen, or another has its port", async () => {
    await inFolder(async (folder, run) => {
      const missing = await run(...SHORT, "--", "nosuchprogram");
      assert.deepEqual([missing.code, /"nosuchprogram" could not be started/.test(missing.err)], [2, true]);

      await writeFile(join(folder, "deaf.mjs"), 'console.log("here"); setInterval(() => {}, 1000);');
      const deaf = await run(...SHORT, "--start-seconds=1", "--", "node", "deaf.mjs");
      assert.equal(deaf.code, 2);
      assert.match(
        deaf.err,
        /does not listen on port \d+ \(PORT\) after 1 s; let it read PORT, or name its own with --port/,
      );

      const other = createServer().listen(0, "127.0.0.1");
      await once(other, "listening");
      const { port } = other.address() as AddressInfo; // of TCP
      const taken = await run(...SHORT, `--port=${port}`, "--", "node", "server.mjs");
      other.close();
      assert.deepEqual([taken.code, /listens on port \d+ already/.test(taken.err)], [2, true]);
      assert.ok(!existsSync(join(folder, "pid")), "the program was not even started");
    });
  });

  test("takes the plain GET routes of an application, and says so where there are none", async () => {
    await inFolder(async (_folder, run) => {
      const app = `--app=${join(FIXTURES, "two.test.kit.js")}`;
      const found = await run(...SHORT, app, "--export=second", "--", "node", "server.mjs");
      assert.equal(found.code, 0, found.err);
      assert.match(found.out, /^GET \/ +\d/m);
      const none = await run(...SHORT, app, "--export=first", "--", "node", "server.mjs");
      assert.equal(none.code, 2);
      assert.match(
        none.err,
        /None of the 2 routes is a GET route without parameters; say what to load with --path/,
      );
      const broken = await run(
        ...SHORT,
        `--app=${join(FIXTURES, "broken.test.kit.js")}`,
        "--",
        "node",
        "server.mjs",
      );
      assert.equal(broken.code, 1);
      assert.match(broken.err, /armature check .*broken\.test\.kit\.js lists them/);
    });
  });
});

suite("bench of a server that runs", () => {
  test("takes the path of the URL, and knows CPU time and memory where it is told the process", async () => {
    await inFolder(async (folder, run) => {
      const port = await freePort();
      const env = { ...process.env, PORT: String(port) };
      const server = spawn(process.execPath, ["server.mjs"], {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "ignore"],
      });
      try {
        await once(server.stdout, "data");
        const url = `--url=http://127.0.0.1:${port}/deep?x`;
        const blind = await run(...SHORT, url);
        assert.equal(blind.code, 0, blind.err);
        assert.match(blind.out, /^GET \/deep\?x +\d/m);
        assert.doesNotMatch(blind.out, /CPU us/);
        assert.match(blind.out, /- Left out: CPU time and memory of the server\. .*--pid/);
        const known = await run(...SHORT, url, "--path=/more", `--pid=${server.pid}`);
        assert.equal(known.code, 0, known.err);
        assert.match(known.out, /^GET \/more +\d/m);
        if (process.platform === "linux") assert.match(known.out, /CPU us\/request .*RSS MB +RSS MB after/);
      } finally {
        server.kill();
        await once(server, "exit");
      }
      const gone = await run(...SHORT, `--url=http://127.0.0.1:${port}/`);
      assert.equal(gone.code, 2);
      assert.match(gone.err, /GET \/: no answer, .*ECONN(?:REFUSED|RESET)/);
    });
  });
});

suite("bench where servers are not as usual", () => {
  test("finds a program that listens by IPv6 alone", async (context) => {
    if (!(await hasIpv6())) return context.skip("this machine has no IPv6");
    await inFolder(async (folder, run) => {
      await writeFile(join(folder, "six.mjs"), SERVER.replace('"127.0.0.1"', '"::1"'));
      const { code, out, err } = await run(...SHORT, "--", "node", "six.mjs");
      assert.equal(code, 0, err);
      assert.match(out, /^GET \/ +\d/m);
    });
  });

  test("says so where a server is gone after its first answer", async () => {
    await inFolder(async (_folder, run) => {
      const server = createHttpServer((_request, response) => {
        response.setHeader("connection", "close");
        response.end("once", () => server.close());
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo; // of TCP
      const { code, err } = await run(...SHORT, `--url=http://127.0.0.1:${port}/`);
      assert.equal(code, 2, err);
      assert.match(err, /GET \/: 200, 4 bytes\n[\s\S]*GET \/ (?:could not be loaded: |got no answer)/);
    });
  });
});

async function hasIpv6(): Promise<boolean> {
  const server = createServer().listen(0, "::1");
  const isThere = await once(server, "listening").then(
    () => true,
    () => false,
  );
  server.close();
  return isThere;
}

suite("bench in process", () => {
  test("asks the routes of an application without a socket", async () => {
    const app = ["--app=two.test.kit.js", "--export=second"];
    const { code, out, err } = await runIn(FIXTURES, ["--suite=micro", ...SHORT.slice(0, 3), ...app]);
    assert.equal(code, 0, err);
    assert.match(err, /GET \/: 200, 2 bytes/);
    assert.match(out, /^ +CPU us\/request +requests\/s[\s\S]*^GET \/ +\d/m);
    const refused = await runIn(FIXTURES, ["--suite=micro", ...SHORT.slice(0, 3), ...app, "--path=/nowhere"]);
    assert.deepEqual([refused.code, /GET \/nowhere: 404/.test(refused.err)], [2, true]);
  });

  test("says what an application printed that does not start", async () => {
    await inFolder(async (folder, run) => {
      const failing = `
        import { defineModule, get } from ${JSON.stringify(import.meta.resolve("@armature/core"))};
        import { token } from ${JSON.stringify(import.meta.resolve("@armature/di"))};
        export const app = defineModule({
          name: "Failing",
          providers: [{ provide: token("POOL"), useFactory: () => { throw new Error("no database here"); } }],
          routes: [get("/", () => "never")],
        });
      `;
      await writeFile(join(folder, "failing.mjs"), failing);
      const { code, err } = await run("--suite=micro", "--app=failing.mjs", ...SHORT.slice(0, 3));
      assert.equal(code, 2, err);
      assert.match(
        err,
        /GET \/: the application ended \(exit code 1\)\. Its last lines:[\s\S]*no database here/,
      );
    });
  });

  test("says so where an answer has no end", async () => {
    await inFolder(async (folder, run) => {
      const endless = `
        import { defineModule, get } from ${JSON.stringify(import.meta.resolve("@armature/core"))};
        process.on("SIGTERM", () => {});
        export const app = defineModule({ name: "Endless", routes: [get("/", () => new Promise(() => setInterval(() => {}, 1000)))] });
      `;
      await writeFile(join(folder, "endless.mjs"), endless);
      const call = ["--suite=micro", "--app=endless.mjs", "--path=/", "--start-seconds=1"];
      const { code, err } = await run(...call, ...SHORT.slice(0, 3));
      assert.equal(code, 2, err);
      assert.match(
        err,
        /does not answer as it should:\n {2}GET \/: no answer, not whole 1 s after the start\n/,
      );
    });
  });
});

suite("bench against a base", () => {
  test("fails where figures are worse, and neither where they are better nor where the spread covers them", async () => {
    await inFolder(async (folder, run) => {
      const call = [...SHORT, "--json=now.json", "--html=now.html"];
      const program = ["--", "node", "server.mjs"];
      assert.equal((await run(...call, ...program)).code, 0);
      const now = await readRun(join(folder, "now.json"));
      const bases = {
        "quick.json": (column: string) => (column === "requests/s" ? 1e12 : 0),
        "slow.json": (column: string) => (column === "requests/s" ? 1e-6 : 1e12),
      };
      for (const [file, valueOf] of Object.entries(bases))
        await writeFile(join(folder, file), JSON.stringify(withFigures(now, valueOf, 0)));
      await writeFile(join(folder, "wide.json"), JSON.stringify(withFigures(now, bases["quick.json"], 1e15)));

      const worse = await run(...call, "--compare=quick.json", ...program);
      assert.equal(worse.code, 1, worse.err);
      assert.match(worse.out, /base +now +now\/base\n[\s\S]*^GET \/ +requests\/s .* worse$/m);
      assert.match(worse.out, /\n\d+ of \d+ figures are worse by more than 10 %\.\n$/);
      assert.match(
        await readFile(join(folder, "now.html"), "utf8"),
        /<h2>Against the base<\/h2>[\s\S]*class="worse"/,
      );

      const better = await run(...call, "--compare=slow.json", "--threshold=25", "--pipeline=2", ...program);
      assert.equal(better.code, 0, better.out);
      assert.match(better.out, /^GET \/ +requests\/s .* better$/m);
      assert.match(better.out, /- Not the same pipeline: 1 in the base, 2 now\./);
      assert.match(better.out, /\n0 of \d+ figures are worse by more than 25 %\.\n$/);

      const covered = await run(...call, "--compare=wide.json", ...program);
      assert.equal(covered.code, 0, covered.out);
      assert.match(covered.out, /^GET \/ +requests\/s .* within the spread$/m);
      assert.match(covered.out, /their rounds lie among each other, and count as no change\.\n$/);
    });
  });

  test("says so before it measures where the base is no run, or one of another suite", async () => {
    await inFolder(async (folder, run) => {
      const call = [...SHORT, "--", "node", "server.mjs"];
      await writeFile(join(folder, "cut.json"), '{"suite":"load","date":');
      await writeFile(join(folder, "foreign.json"), '{"name":"app","version":"1.0.0"}');
      for (const file of ["cut.json", "foreign.json"]) {
        const { code, err } = await run(`--compare=${file}`, ...call);
        assert.deepEqual(
          [code, err],
          [2, `${file} is not what armature bench --json writes; write the base anew.\n`],
        );
      }
      assert.match((await run("--compare=nosuch.json", ...call)).err, /nosuch\.json cannot be read/);
      const machine = {
        cpu: "c",
        cores: 1,
        memoryGb: 1,
        system: "s",
        node: "n",
        loadAverage: 0,
        pinned: false,
      };
      const micro = { suite: "micro", date: "", machine, options: {}, versions: {}, parts: {} };
      await writeFile(join(folder, "micro.json"), JSON.stringify(micro));
      assert.match(
        (await run("--compare=micro.json", ...call)).err,
        /is of the suite "micro", and this run of "load"/,
      );
      assert.ok(!existsSync(join(folder, "pid")), "the program was not even started");
    });
  });
});

/** A run with other figures, whose rounds lie so far apart. */
function withFigures(run: Results, valueOf: (column: string) => number, width: number): Results {
  const parts = Object.entries(run.parts).map(([name, part]) => {
    const rows = part.rows.map(({ name: row, figures }) => {
      const others = Object.keys(figures).map((column) => {
        const median = valueOf(column);
        return [column, { median, min: Math.max(0, median - width), max: median + width }];
      });
      return { name: row, figures: Object.fromEntries(others) as typeof figures }; // the same columns
    });
    return [name, { ...part, rows }] as const;
  });
  return { ...run, parts: Object.fromEntries(parts) };
}
