import {
  type AddressSet,
  ArmatureError,
  type ConstantAnswers,
  encodeFields,
  type Exchange,
  type FieldList,
  type Limits,
  type ListenOptions,
  type RedirectHttpOptions,
  type Refusal,
  type RequestPriority,
  resolveLimits,
  type TlsOptions,
} from "@armature/http";
import { type ListenTarget, resolveTarget } from "./listen/listen-target.ts";
import { resolveProxies } from "./proxy-protocol/resolve-proxies.ts";
import { checkTls } from "./tls/check-tls.ts";

/** Options after they were checked. */
export interface ListenPlan {
  readonly target: ListenTarget;
  readonly limits: Limits;
  /** `null` where connections are not encrypted. */
  readonly tls: TlsOptions | null;
  /** Whether encrypted connections may speak HTTP/2. */
  readonly http2: boolean;
  /** Whether connections without encryption may. */
  readonly h2c: boolean;
  /** `null` where nobody is redirected. */
  readonly redirectHttp: RedirectHttpOptions | null;
  /** The proxies that tell of their clients; `null` where none does. */
  readonly proxies: AddressSet | null;
  readonly onError: (error: unknown) => void;
  readonly onRefusal: (refusal: Refusal) => FieldList | null;
  readonly priorityOf: ((exchange: Exchange) => RequestPriority) | null;
  /** What may be answered without an exchange; `null` where nothing is. */
  readonly constants: ConstantAnswers | null;
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
  "h2c",
  "redirectHttp",
  "proxyProtocol",
  "onError",
  "onRefusal",
  "constants",
] satisfies (keyof ListenOptions)[];

/**
 * Checks options and adds what was left out.
 * @throws ArmatureError `E_OPTION_UNKNOWN`, `E_LIMIT_INVALID`, `E_TLS_INVALID`, and what {@link resolveTarget} throws
 */
export function resolveListenOptions(options: ListenOptions): ListenPlan {
  for (const name of Object.keys(options)) if (!OPTIONS.includes(name)) throw unknownOption(name);
  const { limits, tls = null, http2 = true, h2c = false, redirectHttp = null, ...others } = options;
  const { proxyProtocol, priorityOf = null, onError = writeError, onRefusal = addNothing, ...rest } = others;
  const { constants = null, ...where } = rest;
  if (tls !== null) checkTls(tls);
  checkTogether(tls, { h2c, redirectHttp });
  const report = guarded(onError);
  return {
    target: resolveTarget(where),
    limits: resolveLimits(limits),
    tls,
    http2,
    h2c,
    redirectHttp,
    proxies: proxyProtocol === undefined ? null : resolveProxies(proxyProtocol),
    priorityOf,
    constants,
    onError: report,
    onRefusal: checked(onRefusal, report),
  };
}

/** What there is with TLS alone, and what without it alone. */
function checkTogether(
  tls: TlsOptions | null,
  { h2c, redirectHttp }: Pick<ListenPlan, "h2c" | "redirectHttp">,
): void {
  if (h2c && tls !== null)
    throw conflict(
      "h2c",
      "it is HTTP/2 without TLS; clients of a listener with TLS have HTTP/2 by themselves.",
    );
  if (redirectHttp !== null && tls === null)
    throw conflict("redirectHttp", "it redirects to a listener with TLS; pass tls as well.");
}

function conflict(option: string, why: string): ArmatureError {
  return new ArmatureError("E_OPTION_CONFLICT", `The listen option "${option}" cannot be used here: ${why}`);
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

/** What goes wrong where refusals are told is an error of the application, and no reason to leave a client without an answer. */
function checked(
  onRefusal: ListenPlan["onRefusal"],
  report: (error: unknown) => void,
): ListenPlan["onRefusal"] {
  return (refusal) => {
    try {
      const fields = onRefusal(refusal);
      if (fields !== null) encodeFields(fields);
      return fields;
    } catch (error) {
      report(error);
      return null;
    }
  };
}

function writeError(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
