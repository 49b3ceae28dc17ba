import assert from "node:assert/strict";
import { test } from "node:test";
import { ArmatureError } from "@armature/http";
import { resolveTarget } from "./listen-target.ts";

function refusal(options: object): ArmatureError {
  try {
    resolveTarget(options);
  } catch (error) {
    assert.ok(error instanceof ArmatureError, String(error));
    return error;
  }
  throw new Error(`${JSON.stringify(options)} was taken`);
}

test("without options it is the default port of this machine alone", () => {
  assert.deepEqual(resolveTarget({}), {
    kind: "tcp",
    port: 3000,
    host: "127.0.0.1",
    ipv6Only: false,
    exclusive: false,
    reusePort: false,
    backlog: 1024,
  });
});

test("a path, a descriptor and a handle stand in the place of a port", () => {
  const handle = {};
  assert.deepEqual(resolveTarget({ path: "/run/a.sock", mode: 0o660 }), {
    kind: "unix",
    path: "/run/a.sock",
    mode: 0o660,
    exclusive: false,
    backlog: 1024,
  });
  assert.deepEqual(resolveTarget({ fd: 3 }), { kind: "fd", fd: 3 });
  assert.deepEqual(resolveTarget({ handle }), { kind: "handle", handle });
});

test("options that do not go together are refused, and the message says what does", () => {
  for (const options of [
    { path: "/run/a.sock", port: 80 },
    { path: "/run/a.sock", fd: 3 },
    { fd: 3, host: "::" },
    { handle: {}, mode: 0o600 },
    { mode: 0o600 },
  ])
    assert.equal(refusal(options).code, "E_OPTION_CONFLICT", JSON.stringify(options));
  assert.match(refusal({ path: "/run/a.sock", port: 80 }).message, /"port".*path, mode, exclusive/);
});

test("values that are none are refused, each with its code", () => {
  const cases: readonly (readonly [code: string, options: object])[] = [
    ["E_PORT_INVALID", { port: 65536 }],
    ["E_HOST_INVALID", { host: "" }],
    ["E_OPTION_INVALID", { ipv6Only: "yes" }],
    ["E_OPTION_INVALID", { backlog: 0 }],
    ["E_OPTION_INVALID", { path: "/run/a.sock", backlog: 65536 }],
    ["E_OPTION_INVALID", { path: "/run/a.sock", exclusive: 1 }],
    ["E_SOCKET_PATH_INVALID", { path: "" }],
    ["E_SOCKET_PATH_INVALID", { path: 5 }],
    ["E_SOCKET_PATH_INVALID", { path: "\0" }],
    ["E_SOCKET_PATH_INVALID", { path: "/run/a\0b" }],
    ["E_SOCKET_PATH_INVALID", { path: `/${"é".repeat(54)}` }],
    ["E_SOCKET_MODE_INVALID", { path: "/run/a.sock", mode: 0o1777 }],
    ["E_SOCKET_MODE_INVALID", { path: "/run/a.sock", mode: "660" }],
    ["E_SOCKET_MODE_INVALID", { path: "\0name", mode: 0o600 }],
    ["E_FD_INVALID", { fd: -1 }],
    ["E_FD_INVALID", { fd: "3" }],
    ["E_HANDLE_INVALID", { handle: 3 }],
    ["E_HANDLE_INVALID", { handle: null }],
  ];
  for (const [code, options] of cases) assert.equal(refusal(options).code, code, JSON.stringify(options));
});
