import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { WireClient } from "../wire-client.ts";
import { parseWireFile } from "./parse-wire-file.ts";
import { playCase } from "./play.ts";
import { whole } from "./split.ts";
import type { WireCase } from "./wire-case.ts";

/** A server that answers each read with the next of these texts; `null` ends the connection. */
function scripted(...texts: (string | null)[]): WireClient {
  const stream = new Duplex({
    read: () => {},
    write: (_chunk, _encoding, done) => {
      const text = texts.shift();
      if (text !== undefined && text !== "") stream.push(text);
      if (texts[0] === null) stream.push(texts.shift());
      done();
    },
  });
  return new WireClient(stream);
}

function ok(target: string): string {
  const body = JSON.stringify({ m: "GET", u: target, v: "1.1", h: [], b: "" });
  return `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

function caseOf(...expects: string[]): WireCase {
  const steps = expects.map(
    (expect) => `\`\`\`request\nGET /a HTTP/1.1\n\n\`\`\`\n\`\`\`expect\n${expect}\n\`\`\`\n`,
  );
  const [found] = parseWireFile("a.md", `## One\nRFC 9112, 3\n${steps.join("")}`);
  assert.ok(found);
  return found;
}

const PROBE = ok("/is-it-still-in-step");

test("a connection that stays open has to answer one more request", async () => {
  using client = scripted(ok("/a"), PROBE);
  assert.equal(await playCase(client, caseOf("200 open\ntarget: /a"), whole), null);
});

test("a connection that has lost its place is found", async () => {
  using client = scripted(ok("/a"), ok("/stolen"));
  assert.match((await playCase(client, caseOf("200 open"), whole)) ?? "", /target is "\/stolen"/);
});

test("an answer too many is found", async () => {
  using client = scripted(ok("/a") + ok("/stolen"), PROBE);
  assert.match(
    (await playCase(client, caseOf("200 open"), whole)) ?? "",
    /expected 200 200, got 200 200 200/,
  );
});

test("a connection that closes too early is found", async () => {
  using client = scripted(ok("/a"), null);
  assert.match(
    (await playCase(client, caseOf("200 open"), whole)) ?? "",
    /expected 200 200, got 200, closed/,
  );
});

test("a connection that must close is waited for", async () => {
  using client = scripted(ok("/a"), null);
  assert.equal(await playCase(client, caseOf("200 close"), whole), null);
});

test("a connection that may do either is closed or in step", async () => {
  using closing = scripted(ok("/a"), null);
  assert.equal(await playCase(closing, caseOf("200 either"), whole), null);
  using open = scripted(ok("/a"), PROBE);
  assert.equal(await playCase(open, caseOf("200 either"), whole), null);
  using astray = scripted(ok("/a"), ok("/stolen"));
  assert.match((await playCase(astray, caseOf("200 either"), whole)) ?? "", /target is "\/stolen"/);
});

test("bytes behind the last answer are found", async () => {
  using client = scripted(`${ok("/a")}HTTP/1.1 200`, null);
  assert.match((await playCase(client, caseOf("200 close"), whole)) ?? "", /more bytes than answers/);
});

test("steps follow each other", async () => {
  using client = scripted("HTTP/1.1 100 Continue\r\n\r\n", ok("/a"), PROBE);
  assert.equal(await playCase(client, caseOf("100", "200 open\ntarget: /a"), whole), null);
});

test("a step that fails is named", async () => {
  using client = scripted(ok("/a"), ok("/b"), PROBE);
  const fault = await playCase(client, caseOf("200\ntarget: /a", "200 open\ntarget: /a"), whole);
  assert.match(fault ?? "", /^step 2: .*target is "\/b"/);
});
