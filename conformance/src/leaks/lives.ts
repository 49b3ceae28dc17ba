import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { gzipSync } from "node:zlib";
import { WebSocket } from "ws";
import { request } from "../serve.ts";
import { WireClient } from "../wire-client.ts";

/** A listener that a client lives on. */
export interface Place {
  readonly port: number;
  readonly isSecure: boolean;
}

/** Something that a client does, from its connect to the end of its connection. */
export type ClientLife = (place: Place) => Promise<void>;

/** Opens a connection for HTTP/1.1; certificates of tests are believed. */
export async function open({ port, isSecure }: Place): Promise<WireClient> {
  const below = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(below, "connect");
  if (!isSecure) return new WireClient(below);
  const socket = connectTls({ socket: below, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] });
  await once(socket, "secureConnect");
  return new WireClient(socket, { below });
}

/** One request, its answer, and the end of the connection. */
function asks(head: string, body = ""): ClientLife {
  return async (place) => {
    using client = await open(place);
    await client.send(head + body);
    await client.answers(1);
  };
}

/** A request that is cut, once something has come back where that is waited for. */
function isCut(bytes: string, { waits = false } = {}): ClientLife {
  return async (place) => {
    using client = await open(place);
    await client.send(bytes);
    if (waits) await client.until(() => client.text.includes("200 OK"));
    client.reset();
    await client.closing();
  };
}

function posted(path: string, type: string, body: string, length = body.length): string {
  return request(`POST ${path}`, `Content-Type: ${type}`, `Content-Length: ${length}`) + body;
}

const FORM_TYPE = "multipart/form-data; boundary=b";
const FORM =
  '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' +
  '--b\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\nhello\r\n--b--\r\n';
const GZIP = gzipSync("z".repeat(10_000)).toString("latin1");

function compressed(length: number, body: string): string {
  return (
    request(
      "POST /value",
      "Content-Type: text/plain",
      "Content-Encoding: gzip",
      `Content-Length: ${length}`,
    ) + body
  );
}

/** Takes part in a WebSocket; `ends` says how it leaves. */
function talks(path: string, message: string, ends: (socket: WebSocket) => void): ClientLife {
  return async ({ port, isSecure }) => {
    const url = `${isSecure ? "wss" : "ws"}://127.0.0.1:${port}${path}`;
    const socket = new WebSocket(url, { rejectUnauthorized: false });
    socket.on("error", () => {}); // the end that is asked for below
    await once(socket, "open");
    const answered = once(socket, "message");
    socket.send(message);
    await answered;
    const closed = once(socket, "close");
    ends(socket);
    await closed;
  };
}

/** Lives of HTTP/1.1, on listeners of either kind. */
export const LIVES: Readonly<Record<string, ClientLife>> = {
  "a request": asks(request("GET /")),
  "a request-scoped controller": asks(request("GET /scoped")),
  "a value of the request, and of what runs for it": asks(request("GET /noted")),
  "a form": asks(posted("/form", FORM_TYPE, FORM)),
  "a body that is no JSON": asks(posted("/value", "application/json", "{")),
  "a compressed body": asks(compressed(GZIP.length, GZIP)),
  "a body that is too large": asks(posted("/value", "text/plain", "", 100_000_000)),
  "a handler that is too late": asks(request("GET /late")),
  "a client that leaves while its request is handled": isCut(request("GET /late")),
  "an upload that is cut": isCut(posted("/upload", "text/plain", "hello", 1000)),
  "a form that is cut within a file": isCut(posted("/form", FORM_TYPE, FORM.slice(0, -20), 1000)),
  "a compressed body that is cut": isCut(compressed(1000, GZIP.slice(0, 20))),
  "a head that is cut": isCut("GET / HTTP/1.1\r\nhost"),
  "a stream of events": isCut(request("GET /events"), { waits: true }),
  "a stream of a channel": isCut(request("GET /channel"), { waits: true }),
  "a socket that is closed": talks("/raw", "hello".repeat(1000), (socket) => socket.close()),
  "a socket that is cut": talks("/raw", "hello", (socket) => socket.terminate()),
  "a member of a room": talks("/rooms/hall", '["say","hello"]', (socket) => socket.close()),
  "a member of a room that is cut": talks("/rooms/hall", '["say","hello"]', (socket) => socket.terminate()),
};

/** Lives of HTTP/2: all streams of one connection, and streams that are given up. */
export const HTTP2_LIVES: Readonly<Record<string, ClientLife>> = {
  "streams of HTTP/2": async (place) => await inSession(place, ["/", "/scoped", "/noted", "/late"], false),
  "streams of HTTP/2 that are given up": async (place) => await inSession(place, ["/late", "/events"], true),
};

async function inSession({ port }: Place, paths: readonly string[], givesUp: boolean): Promise<void> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.on("error", () => {}); // of streams that are given up
  await once(session, "connect");
  await Promise.all(
    paths.map(async (path) => {
      const stream = session.request({ ":path": path });
      const closed = new Promise((resolve) => stream.once("close", resolve));
      stream.on("error", () => {}).resume();
      if (givesUp) setImmediate(() => stream.close(constants.NGHTTP2_CANCEL));
      await closed;
    }),
  );
  session.close();
  await once(session, "close");
}
