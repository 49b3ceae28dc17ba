import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request, type ClientRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { armature, type Application, type AppListenOptions } from "armature";
import { CERTIFICATE } from "../engines.ts";

/** Another address of this machine than the proxy's: whoever has it is a client, and not believed. */
const CLIENT = "127.0.0.2";
const PROXY = "127.0.0.1";

async function listen(options: AppListenOptions): Promise<Application> {
  const app = await armature({ trustProxy: PROXY })
    .get("/", ({ request: { ip, protocol, host, peer } }) => ({
      ip,
      protocol,
      host,
      port: peer.port,
      tls: peer.tls?.protocol,
    }))
    .ready();
  await app.listen(options);
  return app;
}

/** HAProxy with one way through it for each configuration, on ports that the test chose and handed over. */
class HaProxy implements AsyncDisposable {
  readonly ports: readonly number[];
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;

  private constructor(child: ChildProcess, ports: readonly number[]) {
    this.ports = ports;
    this.#child = child;
    this.#exit = once(child, "exit");
  }

  static async start(file: string, ways: readonly Way[]): Promise<HaProxy> {
    const servers = await Promise.all(ways.map(() => bound()));
    writeFileSync(file, [DEFAULTS, ...ways.map(toConfig)].join("\n"));
    const child = spawn("haproxy", ["-q", "-db", "-f", file], {
      stdio: ["ignore", "inherit", "inherit", ...servers.map(descriptorOf)],
    });
    const ports = servers.map((server) => (server.address() as AddressInfo).port); // they listen
    for (const server of servers) server.close();
    return new HaProxy(child, ports);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exit;
  }
}

/** What a frontend and its backend are told. */
interface Way {
  readonly mode: "http" | "tcp";
  readonly bind?: string;
  readonly rules?: string;
  readonly server: string;
}

const DEFAULTS = "defaults\n timeout connect 5s\n timeout client 5s\n timeout server 5s\n";

function toConfig({ mode, bind = "", rules = "", server }: Way, at: number): string {
  return `listen way${at}\n mode ${mode}\n bind fd@${at + 3} ${bind}\n ${rules}\n server app ${server}\n`;
}

async function bound(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, PROXY, resolve));
  return server;
}

/** Node does not show it. */
function descriptorOf(server: Server): number {
  return (server as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
}

interface Seen {
  readonly ip: string;
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly tls?: string;
}

/** What the application saw, and the port that the client had. */
async function ask(sent: ClientRequest): Promise<readonly [seen: Seen, port: number]> {
  sent.setHeader("host", "shop.example");
  sent.setHeader("x-forwarded-for", "6.6.6.6");
  sent.setHeader("x-forwarded-proto", "https");
  sent.setHeader("x-forwarded-host", "evil.example");
  sent.end();
  const [answer] = await once(sent, "response");
  const port = sent.socket?.localPort ?? 0;
  return [(await json(answer)) as Seen, port];
}

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "armature-"));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("HAProxy tells of its clients in every way that it has", async (context) => {
  if (spawnSync("haproxy", ["-v"]).status !== 0) {
    assert.notEqual(process.env["CI"], "true", "HAProxy is needed here");
    return context.skip("HAProxy is not installed");
  }
  const folder = folderOf(context);
  const path = join(folder, "app.sock");
  const pem = join(folder, "front.pem");
  writeFileSync(pem, CERTIFICATE.cert + CERTIFICATE.key);
  await using behindFields = await listen({ path });
  await using behindHeader = await listen({ port: 0, proxyProtocol: { from: PROXY } });
  const { port } = behindHeader.address ?? { port: 0 };
  await using proxy = await HaProxy.start(join(folder, "haproxy.cfg"), [
    {
      mode: "http",
      rules:
        "option forwardfor\n http-request set-header x-forwarded-proto http\n http-request set-header x-forwarded-host %[req.hdr(host)]",
      server: `unix@${path}`,
    },
    { mode: "tcp", server: `${PROXY}:${port} send-proxy` },
    { mode: "tcp", server: `${PROXY}:${port} send-proxy-v2` },
    { mode: "tcp", bind: `ssl crt ${pem}`, server: `${PROXY}:${port} send-proxy-v2-ssl` },
  ]);
  assert.equal(behindFields.address?.path, path);
  const [fields, v1, v2, v2ssl] = proxy.ports;
  const from = { host: PROXY, localAddress: CLIENT, agent: false } as const;

  const [told] = await ask(request({ ...from, port: fields }));
  assert.deepEqual(told, { ip: CLIENT, protocol: "http", host: "shop.example", port: 0 });

  for (const way of [v1, v2]) {
    const [seen, clientPort] = await ask(request({ ...from, port: way }));
    assert.deepEqual(seen, { ip: CLIENT, protocol: "http", host: "shop.example", port: clientPort });
  }

  const [secure, securePort] = await ask(secureRequest({ ...from, port: v2ssl, rejectUnauthorized: false }));
  assert.deepEqual(secure, {
    ip: CLIENT,
    protocol: "https",
    host: "shop.example",
    port: securePort,
    tls: "TLSv1.3",
  });
});
