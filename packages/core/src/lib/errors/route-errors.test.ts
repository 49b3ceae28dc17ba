import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defineError, HttpError, withErrors } from "@armature/http";
import { toJsonSchema } from "@armature/schema";
import { z } from "zod";
import { createApp } from "../application/create-app.ts";
import type { Application } from "../application/application.ts";
import { AppBuilder } from "../application/app-builder.ts";
import type { Context } from "../context/context.ts";
import { defineModule, type ModuleOptions } from "../module/module-definition.ts";
import type { Next } from "../pipeline/stages.ts";
import { get, post } from "../route/route-field.ts";
import type { ErrorInfo } from "./error-info.ts";

const EmailTaken = defineError(409, "E_EMAIL_TAKEN", { description: "A user with this email exists." });
const Quota = defineError(429, "E_QUOTA", { details: z.object({ limit: z.int() }) });

class OutOfStock extends HttpError {
  static readonly status = 410;
  static readonly code = "E_OUT_OF_STOCK";
  constructor() {
    super(OutOfStock.status, OutOfStock.code);
  }
}

class IsAdmin {
  static readonly errors = [{ status: 403, code: "E_NOT_ADMIN" }];
  canActivate(): boolean {
    return false;
  }
}

const isSignedIn = withErrors(function isSignedIn(): boolean {
  return true;
}, 401);

const passOn = (context: Context, next: Next): unknown => next(context);

async function errorsOf(options: ModuleOptions, method = "GET"): Promise<readonly ErrorInfo[]> {
  await using app = await createApp(defineModule({ name: "TestModule", ...options }));
  return app.routes.find((route) => route.method === method)?.errors ?? [];
}

/** The declared ones: what the server answers on every route is left out. */
function declared(errors: readonly ErrorInfo[]): string[] {
  return errors
    .filter(({ sources }) => sources.some((source) => source !== "server" && source !== "body"))
    .map(({ status, code, sources }) => `${status} ${code} by ${sources.join(", ")}`);
}

describe("the errors of a route", () => {
  test("are those of every level around it and of itself", async () => {
    const errors = await errorsOf({
      errors: [OutOfStock],
      routes: [
        get("/", { errors: [404, EmailTaken, Quota, 409] }, function find() {
          return "";
        }),
      ],
    });
    assert.deepEqual(declared(errors), [
      "404 E_NOT_FOUND by find",
      "409 E_CONFLICT by find",
      "409 E_EMAIL_TAKEN by find",
      "410 E_OUT_OF_STOCK by TestModule",
      "429 E_QUOTA by find",
    ]);
    const [taken, quota] = ["E_EMAIL_TAKEN", "E_QUOTA"].map((code) =>
      errors.find((error) => error.code === code),
    );
    assert.equal(taken?.description, "A user with this email exists.");
    assert.equal(taken?.details, null);
    assert.equal(quota?.details, Quota.details);
  });

  test("are those of its stages, functions and classes", async () => {
    const errors = await errorsOf({
      guards: [isSignedIn],
      middleware: [withErrors(passOn, 423)],
      routes: [
        get(
          "/",
          {
            guards: [IsAdmin],
            interceptors: [withErrors((context: Context, next: Next) => next(context), 502)],
            filters: [withErrors(() => undefined, { status: 418, code: "E_TEAPOT" })],
          },
          () => "",
        ),
      ],
    });
    assert.deepEqual(declared(errors), [
      "401 E_UNAUTHORIZED by guard isSignedIn",
      "403 E_NOT_ADMIN by guard IsAdmin",
      "418 E_TEAPOT by filter anonymous",
      "423 E_LOCKED by middleware passOn",
      "502 E_BAD_GATEWAY by interceptor anonymous",
    ]);
  });

  test("have that of a guard that declares none and may say no", async () => {
    const errors = await errorsOf({ routes: [get("/", { guards: [() => true] }, () => "")] });
    assert.deepEqual(declared(errors), ["403 E_FORBIDDEN by guard anonymous"]);
  });

  test("are named once, with everything that declares them", async () => {
    const errors = await errorsOf({
      errors: [404],
      routes: [
        get("/", { errors: [404] }, function find() {
          return "";
        }),
      ],
    });
    assert.deepEqual(declared(errors), ["404 E_NOT_FOUND by TestModule, find"]);
  });

  test("have those of validation where there are schemas, with what they tell", async () => {
    const any = z.object({});
    const errors = await errorsOf({ routes: [post("/", { query: any, body: any }, () => "")] }, "POST");
    assert.deepEqual(declared(errors), [
      "400 E_VALIDATION_FAILED by validation",
      "422 E_VALIDATION_FAILED by validation",
    ]);
    const { details } = errors.find(({ code }) => code === "E_VALIDATION_FAILED") as ErrorInfo;
    assert.ok(details !== null);
    assert.match(JSON.stringify(toJsonSchema(details, "output")), /"problems"/);
    const head = await errorsOf({ routes: [get("/", { query: any }, () => "")] });
    assert.deepEqual(declared(head), ["400 E_VALIDATION_FAILED by validation"]);
  });

  test("have those of bodies where there may be one", async () => {
    const codesBy = async (method: string, route: ReturnType<typeof get>): Promise<string[]> =>
      (await errorsOf({ routes: [route] }, method))
        .filter(({ sources }) => sources.includes("body"))
        .map(({ status, code }) => `${status} ${code}`);
    const posted = await codesBy("POST", post("/", () => "") as never);
    assert.ok(
      ["413 E_BODY_TOO_LARGE", "415 E_UNSUPPORTED_MEDIA_TYPE", "400 E_JSON_INVALID"].every((one) =>
        posted.includes(one),
      ),
    );
    assert.deepEqual(await codesBy("GET", get("/", () => "") as never), []);
  });

  test("always have those of the server", async () => {
    const errors = await errorsOf({ routes: [get("/", () => "")] });
    assert.deepEqual(
      errors.map(({ status, code }) => `${status} ${code}`),
      [
        "404 E_ROUTE_NOT_FOUND",
        "405 E_METHOD_NOT_ALLOWED",
        "500 E_INTERNAL",
        "503 E_HANDLER_TIMEOUT",
        "503 E_OVERLOADED",
      ],
    );
  });

  test("of the function style are those of the application and of its groups", async () => {
    const app = new AppBuilder(
      { errors: [451] },
      async (root, options): Promise<Application> => await createApp(root, options),
    )
      .guard(isSignedIn)
      .throws(OutOfStock)
      .group("/admin", { errors: [EmailTaken] }, (admin) => admin.guard(IsAdmin).get("/", () => ""));
    await using built = await app.ready();
    assert.deepEqual(declared(built.routes[0]?.errors ?? []), [
      "401 E_UNAUTHORIZED by guard isSignedIn",
      "403 E_NOT_ADMIN by guard IsAdmin",
      "409 E_EMAIL_TAKEN by the group /admin",
      "410 E_OUT_OF_STOCK by the application",
      "451 E_UNAVAILABLE_FOR_LEGAL_REASONS by the application",
    ]);
  });
});

describe("wrong declarations are boot errors that name the route", () => {
  const wrong: readonly unknown[] = [
    200,
    99,
    404.5,
    { status: 404 },
    { status: 200, code: "E_X" },
    { status: 404, code: "" },
    undefined,
    null,
    HttpError,
  ];
  for (const ref of wrong)
    test(String(ref instanceof Object ? JSON.stringify(ref) : ref), async () => {
      await assert.rejects(errorsOf({ routes: [get("/x", { errors: [ref as 404] }, () => "")] }), {
        name: "BootError",
        message: /E_ERROR_INVALID {2}GET \/x\n {5}An error that GET \/x declares must have a status/,
      });
    });

  test("lists that are none, and details that are no schema", async () => {
    await assert.rejects(errorsOf({ routes: [get("/x", { errors: 404 as never }, () => "")] }), {
      message: /must be a list/,
    });
    const details = { "~standard": {} };
    await assert.rejects(
      errorsOf({ routes: [get("/x", { errors: [{ status: 400, code: "E_X", details }] }, () => "")] }),
      {
        message: /The details of E_X, which GET \/x declares, must be a Standard Schema/,
      },
    );
  });
});
