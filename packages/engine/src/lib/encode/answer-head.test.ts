import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFields, HeaderBlock } from "@armature/http";
import { encodeHead, encodeUpgrade, hasContent, saysClose } from "./answer-head.ts";
import { dateLine } from "./date-line.ts";
import { headEnd } from "./framing-lines.ts";
import { statusLine } from "./status-line.ts";

const NOW = Date.UTC(1994, 10, 6, 8, 49, 37, 999);
const DATE = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
const JSON_BLOCK = new HeaderBlock(["Content-Type", "application/json"]);

test("a head is a status line, the block, the date, the answer's fields and what the engine adds", () => {
  const head = { status: 201, block: JSON_BLOCK, fields: ["X-A", "b"] };
  assert.equal(
    encodeHead(head, headEnd("content-length: 2\r\n"), NOW),
    `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n${DATE}X-A: b\r\ncontent-length: 2\r\n\r\n`,
  );
  assert.equal(
    encodeHead({ status: 204, block: HeaderBlock.empty, fields: null }, headEnd(""), NOW),
    `HTTP/1.1 204 No Content\r\n${DATE}\r\n`,
  );
});

test("answers whose beginnings differ in one thing do not share them", () => {
  const none = { status: 200, block: HeaderBlock.empty, fields: null };
  const heads = [
    none,
    { ...none, status: 201 },
    { ...none, block: JSON_BLOCK },
    { ...none, fields: [] },
    { ...none, fields: ["x-a", "b"] },
    { ...none, fields: ["x-a", "c"] },
    { ...none, fields: ["x-b", "b"] },
    { ...none, fields: ["x-a", "b", "x-b", "c"] },
    ...Array.from({ length: 40 }, (_, at) => ({ ...none, fields: [`x-${at}`, "b"] })),
  ];
  for (const nowMs of [NOW, NOW + 1, NOW]) {
    for (const head of [...heads, ...heads]) {
      const { status, block, fields } = head;
      const lines = block.wire + dateLine(nowMs) + encodeFields(fields ?? []);
      assert.equal(encodeHead(head, headEnd("a: b\r\n"), nowMs), `${statusLine(status)}${lines}a: b\r\n\r\n`);
    }
  }
});

test("a field without a name is refused, also behind an answer without fields", () => {
  const none = { status: 200, block: HeaderBlock.empty, fields: null };
  encodeHead(none, headEnd(""), NOW);
  assert.throws(() => encodeHead({ ...none, fields: ["", "x"] }, headEnd(""), NOW), {
    code: "E_HEADER_NAME_INVALID",
  });
});

test("a date of the application takes the place of the engine's", () => {
  const block = new HeaderBlock(["Date", "x"]);
  assert.equal(
    encodeHead({ status: 200, block, fields: null }, headEnd(""), NOW),
    "HTTP/1.1 200 OK\r\ndate: x\r\n\r\n",
  );
  const fields = ["DATE", "y"];
  assert.equal(
    encodeHead({ status: 200, block: HeaderBlock.empty, fields }, headEnd(""), NOW),
    "HTTP/1.1 200 OK\r\nDATE: y\r\n\r\n",
  );
  const value = ["x", "date"];
  assert.match(
    encodeHead({ status: 200, block: HeaderBlock.empty, fields: value }, headEnd(""), NOW),
    /\r\ndate: Sun/,
  );
});

test("only statuses of final answers are written", () => {
  for (const status of [200, 299, 418, 599]) {
    assert.ok(
      encodeHead({ status, block: HeaderBlock.empty, fields: null }, headEnd(""), NOW).startsWith(
        `HTTP/1.1 ${status} `,
      ),
    );
  }
  for (const status of [0, 99, 100, 101, 199, 600, 200.5, Number.NaN, -200]) {
    const head = { status, block: HeaderBlock.empty, fields: null };
    assert.throws(() => encodeHead(head, headEnd(""), NOW), { code: "E_STATUS_INVALID", status: 500 });
  }
});

test("fields that would split an answer are never written", () => {
  for (const [fields, code] of [
    [["x", "a\r\nb: c"], "E_HEADER_VALUE_INVALID"],
    [["x\r\n", "a"], "E_HEADER_NAME_INVALID"],
    [["Content-Length", "5"], "E_HEADER_FRAMING"],
    [["transfer-encoding", "chunked"], "E_HEADER_FRAMING"],
  ] as const) {
    assert.throws(() => encodeHead({ status: 200, block: HeaderBlock.empty, fields }, headEnd(""), NOW), {
      code,
    });
    assert.throws(() => encodeUpgrade({ status: 101, block: HeaderBlock.empty, fields }, NOW), { code });
  }
});

test("101 has no framing", () => {
  const block = new HeaderBlock(["connection", "upgrade", "upgrade", "x"]);
  assert.equal(
    encodeUpgrade({ status: 101, block, fields: ["y", "z"] }, NOW),
    `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\ny: z\r\n${DATE}\r\n`,
  );
});

test("an answer that closes is recognized by its block and by its fields", () => {
  const closing = new HeaderBlock(["connection", "close"]);
  assert.equal(saysClose({ status: 200, block: closing, fields: null }), true);
  assert.equal(saysClose({ status: 200, block: closing, fields: [] }), true);
  for (const [fields, closes] of [
    [["Connection", "Close"], true],
    [["connection", "x, close"], true],
    [["connection", "keep-alive"], false],
    [["x", "connection", "close", "y"], false],
    [["x-connection", "close"], false],
  ] as const) {
    assert.equal(saysClose({ status: 200, block: HeaderBlock.empty, fields }), closes, fields.join());
  }
});

test("answers to HEAD and with some statuses have no content", () => {
  assert.equal(hasContent("GET", 200), true);
  assert.equal(hasContent("head", 200), true);
  assert.equal(hasContent("HEAD", 200), false);
  for (const status of [204, 205, 304]) assert.equal(hasContent("GET", status), false);
});
