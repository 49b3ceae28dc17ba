import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";

/** This machine, by IPv4 and by IPv6: a program may listen on either alone. */
const HOSTS = ["127.0.0.1", "::1"] as const;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOSTS[0]);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // of TCP
  server.close();
  await once(server, "close");
  return port;
}

/** Where a port of this machine is reached; `null` where nobody listens on it. */
export async function findOrigin(port: number): Promise<string | null> {
  for (const host of HOSTS)
    if (await isOpen(port, host)) return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return null;
}

async function isOpen(port: number, host: string): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
