import {
  defineError,
  HttpError,
  withErrors,
  type DefinedError,
  type KnownProblem,
  type RouteProblem,
  type ValidationProblem,
} from "@armature/http";
import { z } from "zod";
import {
  type AppBuilder,
  type Context,
  Controller,
  Get,
  get,
  type Guard,
  type Next,
  post,
} from "../../index.ts";

// The wrong ones say which error they expect; wrong-types.test.ts holds it against what the compiler prints.

type Equal<A, B> =
  (<T>(value: T) => T extends A ? 1 : 2) extends <T>(value: T) => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;

const EmailTaken: DefinedError<409, "E_EMAIL_TAKEN", undefined> = defineError(409, "E_EMAIL_TAKEN", {
  description: "A user with this email exists.",
});
const Limit: z.ZodObject<{ limit: z.ZodInt }> = z.object({ limit: z.int() });
const QuotaExceeded: DefinedError<429, "E_QUOTA", typeof Limit> = defineError(429, "E_QUOTA", {
  details: Limit,
});

class OutOfStock extends HttpError {
  static readonly status = 410;
  static readonly code = "E_OUT_OF_STOCK";
  constructor() {
    super(OutOfStock.status, OutOfStock.code);
  }
}

const isSignedIn: Guard & { readonly errors: readonly [401] } = withErrors(
  (context: Context) => context.id !== "",
  401,
);

class IsAdmin {
  static readonly errors: readonly [{ readonly status: 403; readonly code: "E_NOT_ADMIN" }] = [
    { status: 403, code: "E_NOT_ADMIN" },
  ];
  canActivate(): boolean {
    return false;
  }
}

declare const app: AppBuilder;

// Declarations.
post("/users", { errors: [404, EmailTaken, QuotaExceeded, OutOfStock] }, () => EmailTaken.throw());
// @ts-expect-error 2322 Type '200' is not assignable to type 'ErrorRef'
get("/", { errors: [200] }, () => "");
// @ts-expect-error 2322 Property 'code' is missing in type '{ status: number; }' but required in type 'ErrorDeclaration'
get("/", { errors: [{ status: 409 }] }, () => "");
// @ts-expect-error 2322 Type 'typeof HttpError' is not assignable to type 'ErrorRef'
get("/", { errors: [HttpError] }, () => "");

@Controller("/decorated", { errors: [404], guards: [IsAdmin] })
export class DecoratedController {
  @Get("/", { errors: [EmailTaken, 409] })
  list(): string {
    return "";
  }

  // @ts-expect-error 2322 Type 'string' is not assignable to type 'ErrorRef'
  @Get("/wrong", { errors: ["E_NOT_FOUND"] })
  wrong(): string {
    return "";
  }
}

// Errors with details cannot be made without them.
EmailTaken();
EmailTaken("taken", { headers: { "retry-after": "1" } });
QuotaExceeded("too many", { extensions: { limit: 5 } });
// @ts-expect-error 2554 Expected 2 arguments, but got 0
QuotaExceeded();
// @ts-expect-error 2322 Type 'string' is not assignable to type 'number'
QuotaExceeded("too many", { extensions: { limit: "5" } });

interface Options {
  readonly errors: readonly [404, typeof EmailTaken, typeof QuotaExceeded, typeof OutOfStock];
  readonly guards: readonly [typeof isSignedIn, typeof IsAdmin];
  readonly query: z.ZodType;
  readonly body: z.ZodType;
}

/** What a client knows of a problem by its code. */
export function readProblem(problem: RouteProblem<Options>): unknown {
  switch (problem.code) {
    case "E_QUOTA": {
      const limit: number = problem.limit;
      const status: 429 = problem.status;
      return [limit, status];
    }
    case "E_VALIDATION_FAILED": {
      const status: 400 | 422 = problem.status;
      const problems: readonly ValidationProblem[] = problem.problems;
      return [status, problems];
    }
    case "E_EMAIL_TAKEN":
      // @ts-expect-error 2339 Property 'limit' does not exist on type
      return problem.limit;
    case "E_OUT_OF_STOCK":
    case "E_NOT_ADMIN":
    case "E_UNAUTHORIZED":
    case "E_NOT_FOUND":
    case "E_INTERNAL":
    case "E_HANDLER_TIMEOUT":
    case "E_BODY_TOO_LARGE":
      return problem.detail;
    // @ts-expect-error 2678 Type '"E_FORBIDDEN"' is not comparable to type
    case "E_FORBIDDEN":
      return null;
    default:
      return problem.status;
  }
}

/** What is declared around routes reaches them. */
export function errorsOfSurroundings(): readonly true[] {
  const api = app
    .guard(isSignedIn)
    .throws(OutOfStock)
    .get("/plain", () => "")
    .group("/admin", { guards: [IsAdmin], errors: [EmailTaken] }, (admin) =>
      admin.use(withErrors((context: Context, next: Next) => next(context), 423)).get("/", () => ""),
    );
  type Routes = NonNullable<(typeof api)["__routes"]>;
  type CodesAt<TPath> = Extract<Routes, { readonly path: TPath }>["problem"]["code"];
  type Server =
    | "E_ROUTE_NOT_FOUND"
    | "E_METHOD_NOT_ALLOWED"
    | "E_INTERNAL"
    | "E_HANDLER_TIMEOUT"
    | "E_OVERLOADED";
  const checks: [
    Expect<Equal<CodesAt<"/plain">, Server | "E_UNAUTHORIZED" | "E_OUT_OF_STOCK">>,
    Expect<
      Equal<
        CodesAt<"/admin">,
        Server | "E_UNAUTHORIZED" | "E_OUT_OF_STOCK" | "E_NOT_ADMIN" | "E_EMAIL_TAKEN" | "E_LOCKED"
      >
    >,
    // A guard that declares nothing may say no.
    Expect<"E_FORBIDDEN" extends RouteProblem<{ guards: [() => boolean] }>["code"] ? true : false>,
    Expect<
      Equal<
        Extract<RouteProblem<{ errors: [404] }>, { code: "E_NOT_FOUND" }>,
        KnownProblem<404, "E_NOT_FOUND">
      >
    >,
  ] = [true, true, true, true];
  return checks;
}
