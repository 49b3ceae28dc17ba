import { ArmatureError } from "@armature/http";
import type { Context } from "../context/context.ts";
import { reply } from "../context/reply-factory.ts";
import type { Middleware } from "../pipeline/stages.ts";

/** Which other origins may read answers, and how (Fetch standard, "CORS protocol"). */
export interface CorsOptions {
  /**
   * Origins such as "https://app.example.com", or a function that decides; "*" allows all, without credentials.
   * Default "*".
   */
  readonly origin?: string | readonly string[] | ((origin: string) => boolean);
  /** Methods that a preflight allows. Default: those that the path has. */
  readonly methods?: readonly string[];
  /** Request fields that a preflight allows. Default: those that it asks for. */
  readonly allowedHeaders?: readonly string[];
  /** Answer fields that scripts may read. Default none. */
  readonly exposedHeaders?: readonly string[];
  /** Whether cookies and authorization may be sent along; not with origin "*". Default false. */
  readonly credentials?: boolean;
  /** Seconds that a browser may keep a preflight's answer. Default 600. */
  readonly maxAgeSeconds?: number;
}

/**
 * Lets pages of other origins call the application, and answers their preflights.
 *
 * @throws ArmatureError `E_CORS_OPTIONS` for credentials with origin "*"
 * @example
 * app.use(cors({ origin: "https://app.example.com", credentials: true }));
 */
export function cors(options: CorsOptions = {}): Middleware {
  const { origin = "*", credentials = false } = options;
  if (origin === "*" && credentials) {
    throw new ArmatureError(
      "E_CORS_OPTIONS",
      'CORS with credentials needs a list of origins (got "*"); name the origins you trust.',
    );
  }
  const allows = originTest(origin);
  const settings: CorsSettings = { ...options, allows, any: origin === "*", credentials };
  return (context, next) => {
    const from = context.request.headers.get("origin");
    if (!settings.any) context.vary("Origin");
    if (from === undefined || !allows(from)) return next(context);
    allowOrigin(context, from, settings);
    return isPreflight(context) ? answerPreflight(context, settings) : next(context);
  };
}

interface CorsSettings extends CorsOptions {
  readonly allows: (origin: string) => boolean;
  readonly any: boolean;
  readonly credentials: boolean;
}

function originTest(origin: NonNullable<CorsOptions["origin"]>): (origin: string) => boolean {
  if (typeof origin === "function") return origin;
  if (origin === "*") return () => true;
  const allowed = new Set(typeof origin === "string" ? [origin] : origin);
  return (from) => allowed.has(from);
}

function allowOrigin(context: Context, from: string, settings: CorsSettings): void {
  context.setHeader("access-control-allow-origin", settings.any ? "*" : from);
  if (settings.credentials) context.setHeader("access-control-allow-credentials", "true");
  const exposed = settings.exposedHeaders ?? [];
  if (exposed.length > 0) context.setHeader("access-control-expose-headers", exposed.join(", "));
}

function isPreflight(context: Context): boolean {
  return context.request.method === "OPTIONS" && context.request.headers.has("access-control-request-method");
}

function answerPreflight(context: Context, settings: CorsSettings): unknown {
  const { headers } = context.request;
  const methods = settings.methods ?? context.allowedMethods;
  const fields = settings.allowedHeaders?.join(", ") ?? headers.get("access-control-request-headers");
  context.vary("Access-Control-Request-Method", "Access-Control-Request-Headers");
  const answer = reply(204)
    .header("access-control-allow-methods", methods.join(", "))
    .header("access-control-max-age", String(settings.maxAgeSeconds ?? 600));
  return fields === undefined ? answer : answer.header("access-control-allow-headers", fields);
}
