import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { type Exchange, HeaderBlock, type ResponseHead } from "../packages/http/dist/index.js";

const HELP = `node scripts/native-smoke.ts --module=FILE

Serves with one module of the native engine: plain, pipelined and large requests over real sockets, and a stop. It needs no
more than the built packages, so that it runs with the Node of any platform: in a container, or under qemu-user.
`;

const BODY = "b".repeat(500_000);

/** Answers with what came. */
async function echo(exchange: Exchange): Promise<void> {
  const head: ResponseHead = { status: 200, block: HeaderBlock.empty, fields: null };
  const bytes = await exchange.body.bytes();
  exchange.respond(head, `${exchange.method} ${exchange.target} ${bytes.length}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { module: { type: "string" } } });
  if (values.module === undefined) return void process.stdout.write(HELP);
  process.env["ARMATURE_NATIVE_MODULE"] = resolve(values.module);
  const { createNativeEngine } = await import("../packages/engine-native/dist/index.js");
  const options = { host: "127.0.0.1", port: 0, limits: { maxLoopDelayMs: 0, maxQueueAgeMs: 0 } };
  const listener = await createNativeEngine().listen(options, (exchange) => void echo(exchange));
  const { url, port } = listener.address;
  assert.equal(await (await fetch(`${url}/plain`)).text(), "GET /plain 0");
  assert.equal(await (await fetch(url, { method: "POST", body: BODY })).text(), `POST / ${BODY.length}`);
  const answers = await pipelined(port);
  assert.deepEqual(answers.match(/GET \S+ 0/g), ["GET /1 0", "GET /2 0", "GET /3 0"]);
  await listener.close({ graceMs: 1000 });
  process.stdout.write(
    `${values.module} serves: Node ${process.version}, ${process.platform} ${process.arch}\n`,
  );
}

function request(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\n`;
}

async function pipelined(port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(`${request("/1")}\r\n${request("/2")}\r\n${request("/3")}Connection: close\r\n\r\n`);
  return await text(socket);
}

await main();
