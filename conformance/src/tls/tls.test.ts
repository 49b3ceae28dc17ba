import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect as connectPlain, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import {
  ArmatureError,
  type Engine,
  type Exchange,
  type Limits,
  type Listener,
  type ListenOptions,
  type PeerTls,
  type TlsOptions,
} from "@armature/http";
import { createTestCertificate, type TestCertificate } from "@armature/testing";
import { SECURE_ENGINES } from "../engines.ts";
import { eventually, Handover, head, request } from "../serve.ts";
import { WireClient } from "../wire-client.ts";

const AUTHORITY = createTestCertificate({ names: ["test authority"], isAuthority: true });
const FIRST = certificateFor("localhost");
const SECOND = certificateFor("localhost");

function certificateFor(...names: string[]): TestCertificate {
  return createTestCertificate({ names, issuer: AUTHORITY });
}

function identityOf({ key, cert }: TestCertificate): { key: string; cert: string } {
  return { key, cert };
}

function echoPath(exchange: Exchange): void {
  exchange.respond(head(200), exchange.target);
}

type Listen = (
  tls: TlsOptions,
  handler?: (exchange: Exchange) => void,
  limits?: Partial<Limits>,
) => Promise<Listener & AsyncDisposable>;

/** Describes what holds for the encrypted listeners of every engine. */
function describeEach(title: string, body: (listen: Listen, engine: Engine) => void): void {
  for (const subject of SECURE_ENGINES)
    describe(`${title}, ${subject.name}`, { skip: subject.missing ?? false }, () => {
      const engine = subject.create();
      body((tls, handler = echoPath, limits = {}) => listenOn(engine, { tls, limits }, handler), engine);
    });
}

async function listenOn(
  engine: Engine,
  options: ListenOptions,
  handler: (exchange: Exchange) => void,
): Promise<Listener & AsyncDisposable> {
  const listener = await engine.listen({ port: 0, host: "127.0.0.1", ...options }, handler);
  return Object.assign(listener, {
    [Symbol.asyncDispose]: async () => void (await listener.close({ graceMs: 0 })),
  });
}

async function open({ address }: Listener, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { host, port } = address;
  const socket = connect({ host, port, ca: AUTHORITY.cert, servername: "localhost", ...options });
  await once(socket, "secureConnect");
  return socket;
}

/** The fingerprint of the certificate that a client is shown. */
async function shown(listener: Listener, options: ConnectionOptions = {}): Promise<string> {
  const socket = await open(listener, options);
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

function fingerprintOf({ cert }: TestCertificate): string {
  return new X509Certificate(cert).fingerprint256;
}

async function codeOf(attempt: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(error instanceof ArmatureError, String(error));
    return { code: error.code, message: error.message };
  }
  return { code: "none", message: "" };
}

describeEach("certificates by name", (listen) => {
  const exact = certificateFor("api.example.com");
  const wild = certificateFor("*.example.com");
  const tls = {
    ...identityOf(FIRST),
    servers: { "API.example.com": identityOf(exact), "*.example.com": identityOf(wild) },
  };

  test("an exact name comes before one that stands for several, and others get the default", async () => {
    await using listener = await listen(tls);
    const insecure = { rejectUnauthorized: false };
    for (const [servername, certificate] of [
      ["api.example.com", exact],
      ["www.example.com", wild],
      ["a.www.example.com", FIRST],
      ["example.com", FIRST],
      ["localhost", FIRST],
    ] as const)
      assert.equal(
        await shown(listener, { servername, ...insecure }),
        fingerprintOf(certificate),
        servername,
      );
    assert.equal(await shown(listener, { servername: "", ...insecure }), fingerprintOf(FIRST));
  });

  test("the handler knows which name was asked for, and how it is encrypted", async () => {
    const handed = new Handover<PeerTls | undefined>();
    await using listener = await listen(tls, (exchange) => {
      handed.give(exchange.peer.tls);
      exchange.respond(head(200), null);
    });
    using client = new WireClient(await open(listener, { servername: "www.example.com" }));
    await client.send(request("GET /"));
    await client.answers(1);
    const facts = await handed.taken;
    assert.equal(facts?.serverName, "www.example.com");
    assert.equal(facts.protocol, "TLSv1.3");
    assert.match(facts.cipher, /^TLS_/);
    assert.equal(facts.clientCertificate, null);
    assert.equal(facts.authorized, false);
  });
});

describeEach("certificates of clients", (listen) => {
  const alice = createTestCertificate({ names: ["alice"], issuer: AUTHORITY });
  const stranger = createTestCertificate({ names: ["alice"] });
  const tls = { ...identityOf(FIRST), ca: AUTHORITY.cert, requestCert: true };

  async function whoIs(listener: Listener, options: ConnectionOptions): Promise<string> {
    using client = new WireClient(await open(listener, options));
    await client.send(request("GET /"));
    return (await client.answers(1))[0]?.body ?? "cut";
  }

  function sayWho({ peer }: Exchange): string {
    const { authorized, clientCertificate } = peer.tls as PeerTls; // the listener encrypts
    return `${authorized} ${clientCertificate?.subject ?? "nobody"}`;
  }

  test("a trusted one is known to the handler; others are cut off", async () => {
    await using listener = await listen(tls, (exchange) => exchange.respond(head(200), sayWho(exchange)));
    assert.equal(await whoIs(listener, identityOf(alice)), "true CN=alice");
    assert.equal(await whoIs(listener, {}), "cut");
    assert.equal(await whoIs(listener, identityOf(stranger)), "cut");
    await eventually(() => listener.stats().handshakesFailed === 2);
    assert.equal(listener.stats().requests, 1);
  });

  test("where they are not rejected the handler is told that they are not trusted", async () => {
    await using listener = await listen({ ...tls, rejectUnauthorized: false }, (exchange) =>
      exchange.respond(head(200), sayWho(exchange)),
    );
    assert.equal(await whoIs(listener, identityOf(alice)), "true CN=alice");
    assert.equal(await whoIs(listener, identityOf(stranger)), "false CN=alice");
    assert.equal(await whoIs(listener, {}), "false nobody");
    assert.equal(listener.stats().handshakesFailed, 0);
  });
});

describeEach("reloading", (listen, engine) => {
  test("new handshakes get the new certificate, and open connections go on", async () => {
    await using listener = await listen(identityOf(FIRST));
    using client = new WireClient(await open(listener));
    await client.send(request("GET /before"));
    await client.answers(1);
    assert.equal(await shown(listener), fingerprintOf(FIRST));
    await listener.reloadTls(identityOf(SECOND));
    assert.equal(await shown(listener), fingerprintOf(SECOND));
    await client.send(request("GET /behind"));
    assert.deepEqual(
      (await client.answers(2)).map(({ body }) => body),
      ["/before", "/behind"],
    );
  });

  test("names may come and go", async () => {
    const other = certificateFor("b.example.com");
    await using listener = await listen({
      ...identityOf(FIRST),
      servers: { "a.example.com": identityOf(other) },
    });
    await listener.reloadTls({ ...identityOf(FIRST), servers: { "b.example.com": identityOf(other) } });
    assert.equal(await shown(listener, { servername: "b.example.com" }), fingerprintOf(other));
    const gone = { servername: "a.example.com", rejectUnauthorized: false };
    assert.equal(await shown(listener, gone), fingerprintOf(FIRST));
  });

  test("what is broken is refused, and the old certificate stays", async () => {
    await using listener = await listen(identityOf(FIRST));
    const broken = [
      [{ key: SECOND.key, cert: FIRST.cert }, "E_TLS_CERTIFICATE"],
      [{ key: "no key", cert: FIRST.cert }, "E_TLS_CERTIFICATE"],
      [{ key: { file: "/nowhere.key" }, cert: FIRST.cert }, "E_TLS_FILE"],
      [{ ...identityOf(SECOND), servers: { a: { key: FIRST.key, cert: "" } } }, "E_TLS_INVALID"],
    ] as const;
    for (const [options, code] of broken) {
      assert.equal((await codeOf(listener.reloadTls(options))).code, code);
      assert.equal(await shown(listener), fingerprintOf(FIRST));
    }
    await listener.reloadTls(identityOf(SECOND));
    assert.equal(await shown(listener), fingerprintOf(SECOND));
  });

  test("files are read again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "armature-tls-"));
    try {
      const files = { key: join(folder, "a.key"), cert: join(folder, "a.pem") };
      const store = async ({ key, cert }: TestCertificate): Promise<void> => {
        await Promise.all([writeFile(files.key, key), writeFile(files.cert, cert)]);
      };
      await store(FIRST);
      await using listener = await listen({ key: { file: files.key }, cert: { file: files.cert } });
      assert.equal(await shown(listener), fingerprintOf(FIRST));
      await store(SECOND);
      assert.equal(await shown(listener), fingerprintOf(FIRST));
      await listener.reloadTls();
      assert.equal(await shown(listener), fingerprintOf(SECOND));
      await writeFile(files.cert, "");
      assert.equal((await codeOf(listener.reloadTls())).code, "E_TLS_CERTIFICATE");
      assert.equal(await shown(listener), fingerprintOf(SECOND));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("a listener without TLS has nothing to reload", async () => {
    const listener = await engine.listen({ port: 0 }, echoPath);
    assert.equal((await codeOf(listener.reloadTls())).code, "E_TLS_OFF");
    await listener.close();
  });
});

describeEach("handshakes that fail", (listen) => {
  /** Properly or with a reset. */
  function closeOf(socket: Socket): Promise<void> {
    return new Promise((resolve) => socket.once("close", () => resolve()));
  }

  async function refused(listener: Listener, options: ConnectionOptions): Promise<void> {
    await assert.rejects(open(listener, options));
  }

  test("an old protocol is refused, and TLS 1.2 only where it may be spoken", async () => {
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const second = { maxVersion: "TLSv1.2" } as const;
    await using listener = await listen(identityOf(FIRST));
    await refused(listener, old);
    const socket = await open(listener, second);
    assert.equal(socket.getProtocol(), "TLSv1.2");
    socket.destroy();
    await using strict = await listen({ ...identityOf(FIRST), minVersion: "TLSv1.3" });
    await refused(strict, second);
    await eventually(() => strict.stats().handshakesFailed === 1);
    await eventually(() => listener.stats().handshakesFailed === 1);
  });

  test("bytes that are no TLS are counted and harm nobody", async () => {
    await using listener = await listen(identityOf(FIRST), echoPath, { handshakeTimeoutMs: 1000 });
    for (const bytes of ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\x16\x03\x01", "\0".repeat(70_000)]) {
      const socket = connectPlain(listener.address.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.end(bytes);
      socket.resume();
      await closeOf(socket);
    }
    await eventually(() => listener.stats().handshakesFailed === 3);
    assert.equal(await shown(listener), fingerprintOf(FIRST));
  });

  test("handshakeTimeoutMs: a client that does not go on is cut", async () => {
    await using listener = await listen(identityOf(FIRST), echoPath, { handshakeTimeoutMs: 100 });
    const socket = connectPlain(listener.address.port, "127.0.0.1");
    socket.resume();
    await closeOf(socket);
    await eventually(() => listener.stats().handshakesFailed === 1);
    assert.equal(listener.stats().connections, 0);
  });

  test("a close does not wait for them", async () => {
    await using listener = await listen(identityOf(FIRST), echoPath, { handshakeTimeoutMs: 3_600_000 });
    const socket = connectPlain(listener.address.port, "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    await shown(listener);
    const gone = closeOf(socket);
    assert.equal((await listener.close({ graceMs: 3_600_000 })).cut, 0);
    await gone;
  });
});

describeEach("options", (listen) => {
  test("all mistakes of form are told together, and no key is repeated", async () => {
    const tls = {
      key: FIRST.key,
      certt: FIRST.cert,
      passphrase: 5,
      servers: { "not a name": identityOf(FIRST), "*.example.com": { key: FIRST.key } },
      minVersion: "TLSv1",
      requestCert: "yes",
    };
    // The compiler would refuse it; a program in JavaScript has only the check.
    const { code, message } = await codeOf(listen(tls as unknown as TlsOptions));
    assert.equal(code, "E_TLS_INVALID");
    for (const part of [
      /did you mean "cert"/,
      /tls\.cert must/,
      /passphrase/,
      /not a name/,
      /example\.com"\]\.cert/,
      /minVersion/,
      /requestCert/,
    ])
      assert.match(message, part);
    assert.ok(!message.includes("BEGIN"), message);
  });

  test("all certificates that cannot be used are told together", async () => {
    const { code, message } = await codeOf(
      listen({
        key: SECOND.key,
        cert: FIRST.cert,
        servers: { "a.example": { key: "x", cert: FIRST.cert } },
      }),
    );
    assert.equal(code, "E_TLS_CERTIFICATE");
    assert.match(message, /tls: key and certificate/);
    assert.match(message, /a\.example: key and certificate/);
  });

  test("an encrypted key needs its passphrase", async () => {
    const locked = createTestCertificate({ names: ["localhost"], issuer: AUTHORITY, passphrase: "sesame" });
    await using listener = await listen({ ...identityOf(locked), passphrase: "sesame" });
    assert.equal(await shown(listener), fingerprintOf(locked));
    for (const wrong of [{}, { passphrase: "open" }])
      assert.equal((await codeOf(listen({ ...identityOf(locked), ...wrong }))).code, "E_TLS_CERTIFICATE");
  });

  test("bytes do as well as text", async () => {
    await using listener = await listen({ key: Buffer.from(FIRST.key), cert: Buffer.from(FIRST.cert) });
    assert.match(listener.address.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await shown(listener), fingerprintOf(FIRST));
  });
});
