import {
  ArmatureError,
  type Exchange,
  type FieldList,
  type Limits,
  type ListenOptions,
  type Refusal,
  type RequestPriority,
  resolveLimits,
  type TlsOptions,
} from "@armature/http";
import { type ListenTarget, resolveTarget } from "./listen/listen-target.ts";
import { checkTls } from "./tls/check-tls.ts";

/** Options after they were checked. */
export interface ListenPlan {
  readonly target: ListenTarget;
  readonly limits: Limits;
  /** `null` where connections are not encrypted. */
  readonly tls: TlsOptions | null;
  /** Whether encrypted connections may speak HTTP/2. */
  readonly http2: boolean;
  readonly onError: (error: unknown) => void;
  readonly onRefusal: (refusal: Refusal) => FieldList | null;
  readonly priorityOf: ((exchange: Exchange) => RequestPriority) | null;
}

const OPTIONS: readonly string[] = [
  "port",
  "host",
  "ipv6Only",
  "exclusive",
  "reusePort",
  "path",
  "mode",
  "fd",
  "handle",
  "backlog",
  "limits",
  "priorityOf",
  "tls",
  "http2",
  "onError",
  "onRefusal",
] satisfies (keyof ListenOptions)[];

/**
 * Checks options and adds what was left out.
 * @throws ArmatureError `E_OPTION_UNKNOWN`, `E_LIMIT_INVALID`, `E_TLS_INVALID`, and what {@link resolveTarget} throws
 */
export function resolveListenOptions(options: ListenOptions): ListenPlan {
  for (const name of Object.keys(options)) if (!OPTIONS.includes(name)) throw unknownOption(name);
  const { limits, tls = null, http2 = true, priorityOf = null, ...others } = options;
  const { onError = writeError, onRefusal = addNothing, ...where } = others;
  if (tls !== null) checkTls(tls);
  return {
    target: resolveTarget(where),
    limits: resolveLimits(limits),
    tls,
    http2,
    priorityOf,
    onError: guarded(onError),
    onRefusal,
  };
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
