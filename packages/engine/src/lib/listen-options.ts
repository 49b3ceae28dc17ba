import {
  ArmatureError,
  type FieldList,
  type Limits,
  type ListenOptions,
  type Refusal,
  resolveLimits,
} from "@armature/http";

/** Options after they were checked. */
export interface ListenPlan {
  readonly port: number;
  readonly host: string;
  readonly limits: Limits;
  readonly onError: (error: unknown) => void;
  readonly onRefusal: (refusal: Refusal) => FieldList | null;
}

const OPTIONS: readonly string[] = [
  "port",
  "host",
  "limits",
  "onError",
  "onRefusal",
] satisfies (keyof ListenOptions)[];

/**
 * Checks options and adds what was left out.
 * @throws ArmatureError `E_OPTION_UNKNOWN`, `E_PORT_INVALID`, `E_HOST_INVALID`, `E_LIMIT_INVALID`
 */
export function resolveListenOptions(options: ListenOptions): ListenPlan {
  for (const name of Object.keys(options)) if (!OPTIONS.includes(name)) throw unknownOption(name);
  const { port = 3000, host = "127.0.0.1", limits, onError = writeError, onRefusal = addNothing } = options;
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
  return { port, host, limits: resolveLimits(limits), onError: guarded(onError), onRefusal };
}

function unknownOption(name: string): ArmatureError {
  return new ArmatureError(
    "E_OPTION_UNKNOWN",
    `listen() has no option ${show(name)}; it knows ${OPTIONS.join(", ")}.`,
  );
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function addNothing(): null {
  return null;
}

/** An error of the one who is told about errors must not end the process either. */
function guarded(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      onError(error);
    } catch (thrown) {
      writeError(thrown);
    }
  };
}

function writeError(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
