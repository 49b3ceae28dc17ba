import { connect, type Socket } from "node:net";

const AT_ONCE = 50;

/** Opens connections that have got one answer each and stay open. */
export async function openConnections(port: number, count: number, path: string): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const more = Math.min(AT_ONCE, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: more }, () => openOne(port, path)))));
  }
  return sockets;
}

async function openOne(port: number, path: string): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" });
  return await new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("end", () => reject(new Error("The server closed a connection that should stay.")));
    socket.once("data", () => resolve(socket));
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  });
}
