import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { runCli } from "./run-cli.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const SHOP = "shop.test.kit.js";

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(...args: readonly string[]): Promise<Outcome> {
  return await runIn(FIXTURES, ...args);
}

async function runIn(folder: string, ...args: readonly string[]): Promise<Outcome> {
  let out = "";
  let err = "";
  const code = await runCli(args, {
    folder,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

suite("calls that make no sense", () => {
  test("are told what there is", async () => {
    assert.equal((await run()).code, 2);
    assert.deepEqual(await run("--help"), { ...(await run("help")), code: 0 });
    const unknown = await run("chekc");
    assert.deepEqual([unknown.code, unknown.out], [2, ""]);
    assert.match(unknown.err, /no command "chekc"[\s\S]*armature check FILE/);
  });

  test("are told how the command is used", async () => {
    for (const args of [["check"], ["check", SHOP, "more"], ["check", SHOP, "--nosuch"]]) {
      const { code, err } = await run(...args);
      assert.equal(code, 2, args.join(" "));
      assert.match(err, /usage: armature check FILE/);
    }
  });

  test("name files and exports that are not there", async () => {
    assert.match((await run("check", "nosuch.js")).err, /no file nosuch\.js/);
    assert.match(
      (await run("check", SHOP, "--export", "nosuch")).err,
      /no "nosuch"; it exports ShopModule, appOptions/,
    );
    assert.match((await run("check", "two.test.kit.js")).err, /\(first, second\); choose one with --export/);
    assert.match((await run("check", "../run-cli.test.kit.js")).err, /no file/);
  });

  test("name files that cannot be imported, or export nothing of use", async () => {
    const folder = await mkdtemp(join(tmpdir(), "armature-cli-"));
    try {
      await writeFile(join(folder, "bad.mjs"), "@decorated class A {}");
      await writeFile(join(folder, "empty.mjs"), "export const answer = 42;");
      const bad = await runIn(folder, "check", "bad.mjs");
      assert.equal(bad.code, 2);
      assert.match(bad.err, /bad\.mjs could not be imported \(SyntaxError: .*compiled first/);
      assert.match(
        (await runIn(folder, "check", "empty.mjs")).err,
        /neither a builder nor a module; it exports answer/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

suite("check", () => {
  test("lists every mistake at once, and fails", async () => {
    const { code, out } = await run("check", "broken.test.kit.js");
    assert.equal(code, 1);
    for (const found of [
      /mistake {2}E_DI_MISSING {2}.*Needy[\s\S]*DATABASE/,
      /mistake {2}E_ROUTE_DUPLICATE\n +GET "\/a" is given twice/,
      /mistake {2}E_ROUTE_CONSTRAINT\n.*nosuch/,
      /mistake {2}E_JSON_SCHEMA\n.*GET \/big/,
      /mistake {2}E_OPENAPI_OPERATION_ID\n +GET \/c and GET \/d have the operationId "same"/,
      /warning {2}W_ROUTE_NO_RESPONSE\n +GET \/d declares no answer/,
      /warning {2}W_ROUTE_UNGUARDED\n +GET \/c has no guard/,
      /warning {2}W_ROUTE_SHADOWED\n +GET \/:letter\(regex:a\|b\) is never reached/,
      /\n5 mistakes, \d warnings\n$/,
    ])
      assert.match(out, found);
    assert.doesNotMatch(out, /_(NO_RESPONSE|UNGUARDED)\n +GET \/a /);
  });

  test("warns of what is probably not meant, and fails where it is to be strict", async () => {
    const { code, out } = await run("check", SHOP);
    assert.equal(code, 0);
    assert.match(out, /W_ROUTE_NO_RESPONSE\n +GET \/api\/orders\/:id\(int\) \(OrderController\.find\)/);
    assert.match(out, /W_ROUTE_UNGUARDED\n +GET \/api\/orders\/:id\(int\) .* others of ShopModule have one/);
    assert.doesNotMatch(out, /W_ROUTE_NO_RESPONSE\n +GET \/api\/orders\/archive/);
    assert.match(out, /5 routes, 0 mistakes, \d warnings\n$/);
    assert.equal((await run("check", SHOP, "--strict")).code, 1);
  });

  test("finds routes that no request reaches", async () => {
    const { out } = await run("check", "two.test.kit.js", "--export", "first");
    assert.match(
      out,
      /W_ROUTE_SHADOWED\n +GET \/:kind\(regex:a\|b\) is never reached: GET \/a, for example, goes to GET \/:kind\(a\|b\)/,
    );
  });

  test("finds schemas that no document could tell of, where there is none", async () => {
    const { code, out } = await run("check", "no-document.test.kit.js");
    assert.equal(code, 0);
    assert.match(out, /W_ROUTE_NO_JSON_SCHEMA\n.*answer 200 of GET \//);
  });

  test("tells programs as JSON", async () => {
    const { out } = await run("check", SHOP, "--json");
    const { mistakes, warnings } = JSON.parse(out) as { mistakes: unknown[]; warnings: { code: string }[] };
    assert.deepEqual(mistakes, []);
    assert.ok(warnings.some(({ code }) => code === "W_ROUTE_UNGUARDED"));
  });
});

suite("routes", () => {
  test("lists every route with its guards and conditions", async () => {
    const { code, out } = await run("routes", SHOP);
    assert.equal(code, 0);
    assert.match(out, /^METHOD {2}PATH +HANDLER +MODULE +GUARDS +ONLY FOR\n/);
    assert.match(out, /\nPOST +\/api\/orders +OrderController\.add +ShopModule +isClerk\n/);
    assert.match(
      out,
      /\nGET +\/api\/orders\/archive +OrderController\.old +ShopModule +- +old\.example, version 1\n/,
    );
  });

  test("tells programs as JSON", async () => {
    const list = JSON.parse((await run("routes", SHOP, "--json")).out) as {
      name: string;
      guards: string[];
    }[];
    assert.deepEqual(list.find(({ name }) => name === "OrderController.add")?.guards, ["isClerk"]);
  });

  test("can do nothing with an application that has mistakes", async () => {
    for (const args of [["routes"], ["openapi"], ["client"], ["explain", "GET", "/a"]]) {
      const [command = "", ...rest] = args;
      const { code, err } = await run(command, "broken.test.kit.js", ...rest);
      assert.equal(code, 1, command);
      assert.match(err, /armature check broken\.test\.kit\.js lists them/);
    }
  });
});

suite("explain", () => {
  test("prints what a request meets, in order, with what declares it", async () => {
    const { code, out } = await run("explain", SHOP, "post", "/api/orders");
    assert.equal(code, 0);
    assert.equal(
      out,
      [
        "POST /api/orders (OrderController.add) of ShopModule",
        "runs",
        "  1.  middleware  log                   the application",
        "  2.  guard       isClerk               OrderController.add",
        "  3.  handler     OrderController.add   OrderController",
        "  4.  answer      201 by their schemas",
        "errors go to",
        "  1.  filter  asText  ShopModule",
        "",
      ].join("\n"),
    );
  });

  test("shows parameters and conditions", async () => {
    assert.match((await run("explain", SHOP, "GET", "/api/orders/7?full")).out, /\n {2}id = 7\nruns\n/);
    const { out } = await run("explain", SHOP, "HEAD", "/api/orders/archive");
    assert.match(out, /only for the hosts old\.example\n {2}only for the versions 1\n/);
  });

  test("says whether engines answer a constant route, and why not", async () => {
    const constants = "constants.test.kit.js";
    assert.equal(
      (await run("explain", constants, "GET", "/health/live")).out,
      [
        "GET /health/live of Constants",
        "runs",
        "  1.  handler  GET /health/live               Constants",
        "  2.  answer   the one that was made at boot",
        "constant: the native engine answers it without any of that",
        "",
      ].join("\n"),
    );
    assert.match(
      (await run("explain", constants, "GET", "/guarded/1?a")).out,
      /\nconstant, but no engine answers it by itself:\n {2}its path is a pattern, or has to be decoded\n {2}the guard isClerk sees its requests\n$/,
    );
    const records = JSON.parse((await run("routes", constants, "--json")).out) as {
      constant: object | null;
    }[];
    assert.deepEqual(records.map(({ constant }) => constant).slice(0, 3), [null, { obstacles: [] }, null]);
  });

  test("says why there is no route", async () => {
    assert.match(
      (await run("explain", SHOP, "DELETE", "/api/orders")).err,
      /^405: .*OPTIONS, POST, and not DELETE/,
    );
    assert.match((await run("explain", SHOP, "GET", "/nowhere")).err, /^404/);
    assert.match((await run("explain", SHOP, "GET", "/%zz")).err, /^400/);
    assert.equal((await run("explain", SHOP, "GET", "/nowhere")).code, 1);
  });
});

suite("openapi and diff", () => {
  test("write the document of the application, and compare two of them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "armature-cli-"));
    try {
      const shop = join(FIXTURES, SHOP);
      assert.equal((await runIn(folder, "openapi", shop, "--out", "old.yaml")).code, 0);
      const { out } = await runIn(folder, "openapi", shop, "--api-version", "2.0.0");
      const document = JSON.parse(out) as {
        info: { title: string; version: string };
        paths: Record<string, object>;
      };
      assert.deepEqual(document.info, { title: "Shop", version: "2.0.0" });
      assert.match(await readFile(join(folder, "old.yaml"), "utf8"), /^openapi: 3\.1\.1\n/);

      delete document.paths["/api/orders/{id}"];
      await writeFile(join(folder, "new.json"), JSON.stringify(document));
      const changed = await runIn(folder, "diff", "old.yaml", "new.json");
      assert.deepEqual(
        [changed.code, changed.out],
        [1, "breaking  GET /api/orders/{id}\n          the operation is gone\n"],
      );
      const back = await runIn(folder, "diff", "new.json", "old.yaml", "--json");
      assert.deepEqual([back.code, (JSON.parse(back.out) as { kind: string }[])[0]?.kind], [0, "added"]);
      assert.equal((await runIn(folder, "diff", "old.yaml", "old.yaml")).out, "nothing changed\n");
      assert.match((await runIn(folder, "diff", "old.yaml", "nosuch")).err, /nosuch cannot be read/);
      await writeFile(join(folder, "other.json"), "{}");
      assert.match((await runIn(folder, "diff", "old.yaml", "other.json")).err, /no OpenAPI 3\.1 document/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("need a title where the application says none", async () => {
    const args = ["openapi", "two.test.kit.js", "--export", "second"];
    assert.match((await run(...args)).err, /imports no openApi\(\.\.\.\); say the title/);
    assert.match((await run(...args, "--title", "Two")).out, /"title": "Two"/);
  });
});

test("the program itself ends with the code of its command", () => {
  const bin = join(import.meta.dirname, "bin.js");
  const { status, stdout } = spawnSync(process.execPath, [bin, "check", "broken.test.kit.js"], {
    cwd: FIXTURES,
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(stdout, /E_ROUTE_DUPLICATE/);
});

suite("client", () => {
  test("writes the types of the routes, says what they lack, and finds a file that is old", async () => {
    const folder = await mkdtemp(join(tmpdir(), "armature-cli-"));
    try {
      const shop = join(FIXTURES, SHOP);
      const printed = await run("client", SHOP, "--name", "ShopApi");
      assert.equal(printed.code, 0);
      assert.match(printed.out, /export interface ShopApi \{[\s\S]*readonly "\/api\/orders":\n {4}\| \{/);
      assert.match(
        printed.err,
        /^GET \/api\/orders\/:id\(int\) \(OrderController\.find\) declares no answers/m,
      );
      const out = join(folder, "api.ts");
      assert.equal((await run("client", shop, "--out", out, "--check")).code, 1);
      assert.equal((await run("client", shop, "--out", out)).code, 0);
      assert.deepEqual([(await run("client", shop, "--out", out, "--check")).code], [0]);
      await writeFile(out, `${await readFile(out, "utf8")}\n`);
      const old = await run("client", shop, "--out", out, "--check");
      assert.equal(old.code, 1);
      assert.match(old.err, /api\.ts is not what the application has/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
