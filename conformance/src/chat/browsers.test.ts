import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { test } from "node:test";
import { Chromium, hasChromium } from "../client/browser/chromium.ts";
import { PageDriver } from "../client/browser/page-driver.ts";

const MAIN = join(import.meta.dirname, "../../../examples/chat/dist/main.js");

/** Why the test cannot run here; in CI it must. */
function reasonToSkip(): string | false {
  if (hasChromium()) return false;
  assert.notEqual(process.env["CI"], "true", "chromium is needed in CI; install it");
  return "chromium is not installed";
}

/** The example as a process of its own. */
class ChatProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, null>;

  constructor(port = "0") {
    const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
    this.#child = spawn(process.execPath, [MAIN], {
      env: { ...env, PORT: port },
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  /** Where it listens, once it does. */
  async url(): Promise<string> {
    for await (const line of createInterface(this.#child.stdout)) {
      const [, url] = /^chat is ready at (http:\S+)$/.exec(line) ?? [];
      if (url === undefined) continue;
      this.#child.stdout.resume();
      return url;
    }
    throw new Error(`${MAIN} ended before it listened; build examples/chat first.`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }
}

/** Types into a field as somebody would, and sends its form. */
async function submit(
  page: PageDriver,
  form: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  await type(page, form, fields);
  await page.evaluate(`document.querySelector("#${form}").requestSubmit()`);
}

async function type(page: PageDriver, form: string, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields))
    await page.evaluate(`{
      const field = document.querySelector("#${form} [name=${name}]");
      field.value = ${JSON.stringify(value)};
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }`);
}

const textOf = (id: string): string => `document.getElementById("${id}").textContent`;
const SAID = `[...document.querySelectorAll("#said li")].map((line) => line.textContent).join("; ")`;

for (const [name, styles] of [
  ["each by a gateway of another style", ["function", "class"]],
  ["both by a gateway of functions", ["function", "function"]],
  ["both by a gateway that is a class", ["class", "class"]],
] as const)
  test(`two browsers talk, ${name}`, { skip: reasonToSkip(), timeout: 180_000 }, async () => {
    await using first = new ChatProcess();
    const url = await first.url();
    await using adas = new Chromium(`${url}/?gateway=${styles[0]}`);
    await using bens = new Chromium(`${url}/?gateway=${styles[1]}`);
    using ada = await PageDriver.open(adas);
    using ben = await PageDriver.open(bens);
    for (const page of [ada, ben]) await page.until(textOf("state"), "open");
    await submit(ada, "enter", { name: "Ada", room: "lobby" });
    await ada.until(textOf("present"), "Ada");
    await submit(ben, "enter", { name: "Ben", room: "lobby" });
    for (const page of [ada, ben]) await page.until(textOf("present"), "Ada, Ben");
    // Who presses no key is soon not typing any more, so this goes on until it is seen.
    do await type(ben, "say", { text: "hel" });
    while ((await ada.evaluate(textOf("typing"))) !== "Ben typing ...");
    await submit(ben, "say", { text: "hello <b>Ada</b>" });
    for (const page of [ada, ben]) await page.until(SAID, "Ben: hello <b>Ada</b>");
    await ada.until(textOf("typing"), "");

    // The server dies and another one takes its port: both come back into their room.
    await first[Symbol.asyncDispose]();
    await ada.until(`${textOf("state")} !== "open"`, true);
    await submit(ada, "say", { text: "are you there?" });
    await using second = new ChatProcess(new URL(url).port);
    assert.equal(await second.url(), url);
    for (const page of [ada, ben]) await page.until(`${textOf("present")}.length`, "Ada, Ben".length);
    await submit(ada, "say", { text: "welcome back" });
    await ben.until(`${SAID}.endsWith("Ada: welcome back")`, true);
  });
