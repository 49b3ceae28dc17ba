import { connect, type Socket } from "node:net";

// Opens connections that ask once and then keep still; told "probe" it asks over each of them again.
const [port = 0, count = 0] = process.argv.slice(2).map(Number);
const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/** Connections that are being opened at a time; a system has a short queue for them. */
const AT_ONCE = 50;

const sockets: Socket[] = [];

async function open(): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1" });
  sockets.push(socket);
  await ask(socket);
}

/** Resolves when an answer is there; rejects where the connection ends in its place. */
function ask(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed")));
    socket.once("data", (bytes: Buffer) => {
      socket
        .removeAllListeners("error")
        .removeAllListeners("close")
        .on("error", () => {});
      if (bytes.toString("latin1").startsWith("HTTP/1.1 200 ")) resolve();
      else reject(new Error(bytes.toString("latin1")));
    });
    socket.write(GET);
  });
}

async function inBatches(total: number, work: (at: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < total; at += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, total - at) }, (_, step) => work(at + step)));
}

process.on("message", () => {
  const asked = inBatches(sockets.length, (at) => ask(sockets[at] as Socket)); // every place is filled
  asked.then(
    () => process.send?.("answered"),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.on("disconnect", () => process.exit());

await inBatches(count, open);
process.send?.("open");
