import { connect, type Socket } from "node:net";
import { HANDSHAKE } from "./frame-client.ts";

/** How many connect at a time: fewer than wait in the listener's backlog. */
const AT_ONCE = 200;

/** Opens sockets to an endpoint and counts the bytes that come; started by a test with the URL, how many, and bytes to tell of. */
async function main(url: string, count: number, toTell: number): Promise<void> {
  let bytes = 0;
  const heard = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes % toTell === 0) process.stdout.write(`heard ${bytes}\n`);
  };
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - opened);
    await Promise.all(Array.from({ length: size }, () => open(new URL(url), heard)));
  }
  process.stdout.write(`open ${count}\n`);
}

/** Resolves behind the handshake. */
function open({ hostname, port, pathname }: URL, heard: (chunk: Buffer) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const fields = Object.entries({ host: hostname, ...HANDSHAKE }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    socket.write(`GET ${pathname} HTTP/1.1\r\n${fields.join("")}\r\n`);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("It was closed before it was answered.")));
    socket.once("data", (head: Buffer) => {
      if (!head.toString("latin1").startsWith("HTTP/1.1 101 "))
        return reject(new Error(head.toString("latin1")));
      socket.on("data", heard);
      resolve(socket);
    });
  });
}

await main(process.argv[2] ?? "", Number(process.argv[3]), Number(process.argv[4]));
