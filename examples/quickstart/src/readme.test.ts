import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { QuickstartProcess } from "./testing/quickstart-process.ts";

const README = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const ROOT = join(import.meta.dirname, "../../..");
const README_URL = /http:\/\/127\.0\.0\.1:3000/g;

const run = promisify(execFile);

interface Command {
  readonly line: string;
  readonly output: string;
}

/** The curl commands of the page with what the page says they print. */
function commandsOf(page: string): Command[] {
  const blocks = [...page.matchAll(/^```console\n(\$ curl .*?)^```$/gms)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const end = text.indexOf("\n");
        return { line: text.slice(0, end), output: text.slice(end + 1) };
      }),
  );
}

/** Takes out what differs from run to run. */
function withoutChance(output: string): string {
  return output
    .replaceAll("\r", "")
    .trimEnd()
    .replace(/(?<="id":")[0-9a-f-]{36}(?=")/g, "ID")
    .replace(/(?<="requestId":"|^x-request-id: )[^"\n]+/gm, "ID")
    .replace(/(?<="at":")[^"]+/g, "TIME")
    .replace(/(?<=^date: ).+/gm, "DATE")
    .replace(/(?<="uptimeSeconds":)\d+/g, "SECONDS");
}

/** Why the commands cannot be run here; in CI they must be. */
function reasonToSkip(): string | false {
  const isThere =
    spawnSync("curl", ["--version"]).status === 0 && spawnSync("sh", ["-c", "exit 0"]).status === 0;
  if (isThere) return false;
  assert.notEqual(process.env["CI"], "true", "curl and sh are needed in CI; install them");
  return "curl or sh is not installed";
}

const skip = reasonToSkip();
const commands = commandsOf(README);
let app: QuickstartProcess;
before(async () => {
  app = await QuickstartProcess.start({ ADMIN_TOKEN: "secret" });
});
after(async () => await app.stop());

test("the README has commands", () => {
  assert.ok(commands.length >= 15, `found ${commands.length}`);
});

for (const { line, output } of commands) {
  test(line, { skip }, async () => {
    const { stdout } = await run("sh", ["-c", line.replace(README_URL, app.url)], { cwd: ROOT });
    assert.equal(withoutChance(stdout), withoutChance(output));
  });
}

test("curl sees each event as it is sent", { skip }, async () => {
  // A quarter of an hour long: only the first event can be what ends the wait.
  const child = execFile("curl", ["-sSN", `${app.url}/api/events?count=1000&everyMs=1000`]);
  const [text] = await new Promise<string[]>((resolve) => {
    child.stdout?.once("data", (first: string) => resolve([first]));
  });
  assert.match(text ?? "", /^\{"tick":1,/);
  child.kill("SIGKILL");
});
