import { connect } from "node:net";
import { request } from "../serve.ts";
import { WireClient } from "../wire-client.ts";

/** A life of a client: what it does with one connection. Gives how many requests it sent. */
type Life = (client: WireClient) => Promise<number>;

const GET = request("GET /");
const CHUNKS = "5\r\nhello\r\n5;a=b\r\nworld\r\n0\r\nx-sum: 1\r\n\r\n";

async function keepAlive(client: WireClient): Promise<number> {
  for (let at = 1; at <= 10; at++) {
    await client.send(
      request(at % 3 === 0 ? "GET /nothing/here" : "GET /", `x-id: ${at}`, "cookie: a=b; c=d"),
    );
    await client.answers(at);
  }
  return 10;
}

async function pipelined(client: WireClient): Promise<number> {
  await client.send(GET.repeat(30));
  await client.answers(30);
  return 30;
}

async function posting(client: WireClient): Promise<number> {
  const body = "b".repeat(20_000);
  for (let at = 1; at <= 5; at++) {
    await client.send(request("POST /", `Content-Length: ${body.length}`));
    await client.send(body);
    await client.answers(at);
  }
  return 5;
}

async function chunked(client: WireClient): Promise<number> {
  const head = request("POST /", "Transfer-Encoding: chunked");
  for (const piece of (head + CHUNKS).match(/.{1,15}/gs) ?? []) await client.send(piece);
  await client.answers(1);
  return 1;
}

async function failing(client: WireClient): Promise<number> {
  await client.send(request("GET /throw") + request("GET /throw"));
  await client.answers(2);
  return 2;
}

async function malformed(client: WireClient): Promise<number> {
  await client.send("GET / HTTP/1.1\r\nhost : a\r\n\r\n");
  await client.closing();
  return 1;
}

async function tooLarge(client: WireClient): Promise<number> {
  await client.send(request("POST /", "Content-Length: 100000000"));
  await client.closing();
  return 1;
}

async function resetInHead(client: WireClient): Promise<number> {
  await client.send(GET.slice(0, 20));
  client.reset();
  await client.closing();
  return 1;
}

async function resetInBody(client: WireClient): Promise<number> {
  await client.send(`${request("POST /", "Content-Length: 1000")}hello`);
  client.reset();
  await client.closing();
  return 1;
}

async function resetInAnswer(client: WireClient): Promise<number> {
  await client.send(request("GET /large"));
  await client.until(() => client.text.length > 0);
  client.reset();
  await client.closing();
  return 1;
}

async function leavesWhileHandled(client: WireClient): Promise<number> {
  await client.send(request("GET /slow"));
  client[Symbol.dispose]();
  return 1;
}

async function endsItsSide(client: WireClient): Promise<number> {
  await client.send(GET);
  client.end();
  await client.closing();
  return 1;
}

const LIVES: readonly Life[] = [
  keepAlive,
  pipelined,
  posting,
  chunked,
  failing,
  malformed,
  tooLarge,
  resetInHead,
  resetInBody,
  resetInAnswer,
  leavesWhileHandled,
  endsItsSide,
];

/** All lives at once, each with a connection of its own. Gives how many requests were sent. */
export async function mixedLoad(port: number): Promise<number> {
  const sent = await Promise.all(LIVES.map((life) => live(port, life)));
  return sent.reduce((sum, count) => sum + count, 0);
}

async function live(port: number, life: Life): Promise<number> {
  using client = new WireClient(connect({ port, host: "127.0.0.1", noDelay: true }));
  return await life(client);
}
