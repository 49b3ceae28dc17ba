import { ArmatureError } from "@armature/http";
import type { BoundTarget, ListenTarget, TcpTarget, UnixTarget } from "./listen-target.ts";

/** What the one who wanted to listen sees of an error of the system. */
export function toListenError(error: unknown, target: ListenTarget): unknown {
  if (!(error instanceof Error) || error instanceof ArmatureError) return error;
  const code = "code" in error ? error.code : undefined;
  const told = describe(code, target);
  return told === null ? error : new ArmatureError(told[0], told[1], { cause: error });
}

type Told = readonly [code: string, message: string];

function describe(code: unknown, target: ListenTarget): Told | null {
  if (target.kind === "tcp") return describeTcp(code, target);
  return target.kind === "unix" ? describeUnix(code, target) : describeBound(target);
}

function describeTcp(code: unknown, { port, host }: TcpTarget): Told | null {
  switch (code) {
    case "EADDRINUSE":
      return [
        "E_PORT_IN_USE",
        `Port ${port} on ${host} is in use; stop the program that listens there, or choose another port (0 picks a free one).`,
      ];
    case "EACCES":
      return [
        "E_PORT_FORBIDDEN",
        `Port ${port} on ${host} may not be opened by this user; choose one above 1023, or grant the permission.`,
      ];
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EINVAL":
      return [
        "E_HOST_INVALID",
        `Host must be an address of this machine, e.g. "127.0.0.1" or "::" (got ${JSON.stringify(host)}).`,
      ];
    case "ENOTSUP":
      return [
        "E_OPTION_INVALID",
        'The listen option "reusePort" is not possible on this system; leave it out.',
      ];
    default:
      return null;
  }
}

/** Node reports a folder that is missing as one that may not be written. */
function describeUnix(code: unknown, { path }: UnixTarget): Told | null {
  if (code === "EADDRINUSE") {
    return [
      "E_SOCKET_IN_USE",
      `The socket ${JSON.stringify(path)} is in use, or a file that is no socket; stop the program that listens there, or choose another path.`,
    ];
  }
  if (code !== "EACCES" && code !== "EPERM" && code !== "EROFS") return null;
  return [
    "E_SOCKET_FORBIDDEN",
    `The socket ${JSON.stringify(path)} cannot be made; its folder must be there, and this user must be allowed to write in it.`,
  ];
}

function describeBound(target: BoundTarget): Told {
  if (target.kind === "fd") {
    return [
      "E_FD_INVALID",
      `File descriptor ${target.fd} is no listening socket, or is open in this process already; pass one that was inherited.`,
    ];
  }
  return [
    "E_HANDLE_INVALID",
    "The handle is no listening TCP server; pass the net.Server that the parent process sent, or a descriptor as `fd`.",
  ];
}
