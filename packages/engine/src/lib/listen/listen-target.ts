import { ArmatureError, type ListenOptions } from "@armature/http";

/** A TCP port of this machine. */
export interface TcpTarget {
  readonly kind: "tcp";
  readonly port: number;
  readonly host: string;
  readonly ipv6Only: boolean;
  readonly exclusive: boolean;
  readonly reusePort: boolean;
  readonly backlog: number;
}

/** A Unix domain socket. */
export interface UnixTarget {
  readonly kind: "unix";
  /** A path of the file system, or a name behind a NUL character. */
  readonly path: string;
  /** Permissions of the file; `null` for what the process's umask leaves. */
  readonly mode: number | null;
  readonly exclusive: boolean;
  readonly backlog: number;
}

/** A socket that is bound already: inherited by its descriptor, or given as an object. */
export type BoundTarget =
  | { readonly kind: "fd"; readonly fd: number }
  | { readonly kind: "handle"; readonly handle: object };

/** What a listener is bound to. */
export type ListenTarget = TcpTarget | UnixTarget | BoundTarget;

/** The options that say where to listen. */
export type TargetOptions = Pick<
  ListenOptions,
  "port" | "host" | "ipv6Only" | "exclusive" | "reusePort" | "backlog" | "path" | "mode" | "fd" | "handle"
>;

type TargetOption = keyof TargetOptions;

/** Which options go together, by the one that chooses the kind. */
const COMPANIONS: Readonly<Record<ListenTarget["kind"], readonly TargetOption[]>> = {
  tcp: ["port", "host", "ipv6Only", "exclusive", "reusePort", "backlog"],
  unix: ["path", "mode", "exclusive", "backlog"],
  fd: ["fd"],
  handle: ["handle"],
};

const TARGET_OPTIONS = new Set<TargetOption>(Object.values(COMPANIONS).flat());

/**
 * Checks where to listen.
 * @throws ArmatureError `E_PORT_INVALID`, `E_HOST_INVALID`, `E_SOCKET_PATH_INVALID`, `E_SOCKET_MODE_INVALID`, `E_FD_INVALID`,
 *   `E_HANDLE_INVALID`, `E_OPTION_INVALID`, `E_OPTION_CONFLICT`
 */
export function resolveTarget(options: TargetOptions): ListenTarget {
  const kind = kindOf(options);
  for (const name of TARGET_OPTIONS)
    if (options[name] !== undefined && !COMPANIONS[kind].includes(name)) throw conflict(kind, name);
  if (kind === "unix") return unixTarget(options);
  if (kind === "fd") return { kind, fd: assertDescriptor(options.fd) };
  return kind === "handle" ? { kind, handle: assertHandle(options.handle) } : tcpTarget(options);
}

function kindOf({ path, fd, handle }: TargetOptions): ListenTarget["kind"] {
  if (path !== undefined) return "unix";
  if (fd !== undefined) return "fd";
  return handle === undefined ? "tcp" : "handle";
}

function conflict(kind: ListenTarget["kind"], name: TargetOption): ArmatureError {
  const chosen = kind === "tcp" ? "a port" : COMPANIONS[kind][0];
  return new ArmatureError(
    "E_OPTION_CONFLICT",
    `The listen option "${name}" has no meaning with ${chosen}; beside it stand ${COMPANIONS[kind].join(", ")}.`,
  );
}

function tcpTarget({ port = 3000, host = "127.0.0.1", ...flags }: TargetOptions): TcpTarget {
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new ArmatureError(
      "E_PORT_INVALID",
      `Port must be a number between 0 and 65535 (got ${show(port)}).`,
    );
  }
  if (typeof host !== "string" || host === "") {
    throw new ArmatureError(
      "E_HOST_INVALID",
      `Host must be an address or a name, e.g. "127.0.0.1" (got ${show(host)}).`,
    );
  }
  return {
    kind: "tcp",
    port,
    host,
    ipv6Only: assertFlag("ipv6Only", flags.ipv6Only),
    exclusive: assertFlag("exclusive", flags.exclusive),
    reusePort: assertFlag("reusePort", flags.reusePort),
    backlog: assertBacklog(flags.backlog),
  };
}

/** Bytes of `sun_path` without the NUL at its end; longer paths would be cut off or refused by the system. */
const MAX_PATH_BYTES = process.platform === "linux" ? 107 : 103;

function unixTarget({ path, mode, exclusive, backlog }: TargetOptions): UnixTarget {
  if (typeof path !== "string" || !isSocketPath(path)) {
    throw new ArmatureError(
      "E_SOCKET_PATH_INVALID",
      `The path of a socket must have 1 to ${MAX_PATH_BYTES} bytes and no NUL, but for one in front of an abstract name on Linux (got ${show(path)}).`,
    );
  }
  if (mode !== undefined && (path.startsWith("\0") || !isMode(mode))) {
    throw new ArmatureError(
      "E_SOCKET_MODE_INVALID",
      `The mode of a socket must be a number from 0 to 0o777, and abstract sockets have none (got ${show(mode)}).`,
    );
  }
  return {
    kind: "unix",
    path,
    mode: mode ?? null,
    exclusive: assertFlag("exclusive", exclusive),
    backlog: assertBacklog(backlog),
  };
}

function isSocketPath(path: string): boolean {
  const isAbstract = path.startsWith("\0");
  if (isAbstract && process.platform !== "linux") return false;
  const name = isAbstract ? path.slice(1) : path;
  if (name === "" || name.includes("\0")) return false;
  // The names of pipes on Windows have their own rules.
  return process.platform === "win32" || new TextEncoder().encode(path).length <= MAX_PATH_BYTES;
}

function isMode(mode: unknown): boolean {
  return Number.isInteger(mode) && (mode as number) >= 0 && (mode as number) <= 0o777; // a number, says the first part
}

function assertDescriptor(fd: unknown): number {
  if (Number.isInteger(fd) && (fd as number) >= 0) return fd as number; // a number, says the first part
  throw new ArmatureError(
    "E_FD_INVALID",
    `A file descriptor is a whole number, e.g. 3 for the first one of systemd (got ${show(fd)}).`,
  );
}

function assertHandle(handle: unknown): object {
  if (typeof handle === "object" && handle !== null) return handle;
  throw new ArmatureError("E_HANDLE_INVALID", `A handle is a listening net.Server (got ${show(handle)}).`);
}

function assertFlag(name: TargetOption, value: unknown = false): boolean {
  if (typeof value === "boolean") return value;
  throw new ArmatureError(
    "E_OPTION_INVALID",
    `The listen option "${name}" must be true or false (got ${show(value)}).`,
  );
}

/** More than Node's own default, which is few for a burst of new clients. */
const DEFAULT_BACKLOG = 1024;

function assertBacklog(value: unknown = DEFAULT_BACKLOG): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535) return value as number; // a number, says the first part
  throw new ArmatureError(
    "E_OPTION_INVALID",
    `The listen option "backlog" must be a whole number between 1 and 65535 (got ${show(value)}).`,
  );
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
