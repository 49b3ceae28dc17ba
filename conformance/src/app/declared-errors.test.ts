import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  armature,
  conflict,
  Controller,
  defineError,
  defineModule,
  Get,
  get,
  HttpError,
  withErrors,
  type Context,
} from "armature";
import { z } from "zod";
import { WAYS } from "./harness/ways.ts";

const Quota = defineError(429, "E_QUOTA", {
  description: "You have asked too often.",
  details: z.object({ limit: z.int() }),
});

class OutOfStock extends HttpError {
  static readonly status = 410;
  static readonly code = "E_OUT_OF_STOCK";
  constructor() {
    super(OutOfStock.status, OutOfStock.code, "There is nothing left.");
  }
}

const isSignedIn = withErrors(
  (context: Context) => context.request.headers.get("authorization") !== undefined || unknownCaller(),
  { status: 401, code: "E_WHO" },
);

function unknownCaller(): never {
  throw new HttpError(401, "E_WHO", "Say who you are.", { headers: { "www-authenticate": "Bearer" } });
}

@Controller("/decorated", { errors: [OutOfStock] })
class DecoratedController {
  @Get("/", { errors: [Quota], guards: [isSignedIn] })
  find(): string {
    throw new OutOfStock();
  }
}

class FieldController {
  static readonly path = "/fields";
  readonly find = get("/", { errors: [OutOfStock, Quota], guards: [isSignedIn] }, () => {
    throw new OutOfStock();
  });
}

const shop = defineModule({ name: "Shop", controllers: [DecoratedController, FieldController] });

const SPELLINGS = {
  decorated: { source: shop, path: "/decorated" },
  fields: { source: shop, path: "/fields" },
  functions: {
    source: armature()
      .throws(Quota)
      .guard(isSignedIn)
      .get("/functions", { errors: [OutOfStock] }, () => {
        throw new OutOfStock();
      }),
    path: "/functions",
  },
} as const;

const SIGNED_IN = { headers: { authorization: "Bearer x" } };

for (const way of WAYS) {
  for (const [spelling, { source, path }] of Object.entries(SPELLINGS))
    test(`errors of ${spelling} routes are answered and known, by ${way.name}`, async () => {
      await using running = await way.start(source);
      assert.equal((await running.request("GET", path)).problem["code"], "E_WHO");
      const answer = await running.request("GET", path, SIGNED_IN);
      assert.deepEqual([answer.status, answer.problem["code"]], [410, "E_OUT_OF_STOCK"]);
      const route = running.app.routes.find((one) => one.path === path);
      const known = route?.errors.map(({ status, code }) => `${status} ${code}`) ?? [];
      for (const error of ["401 E_WHO", "410 E_OUT_OF_STOCK", "429 E_QUOTA", "500 E_INTERNAL"])
        assert.ok(known.includes(error), `${error} is not among ${known.join(", ")}`);
      assert.ok(!known.includes("403 E_FORBIDDEN"));
    });

  describe(`errors by ${way.name}`, () => {
    const source = armature()
      .get("/quota", { errors: [Quota] }, () => Quota.throw(undefined, { extensions: { limit: 5 } }))
      .get("/undeclared", () => conflict("not now"))
      .get("/bug", { errors: [Quota] }, () => {
        throw new Error("s3cret");
      });

    test("carry the details that they declare", async () => {
      await using running = await way.start(source);
      const { status, problem } = await running.request("GET", "/quota");
      assert.equal(status, 429);
      const { code, detail, limit } = problem;
      assert.deepEqual(
        { code, detail, limit },
        { code: "E_QUOTA", detail: "You have asked too often.", limit: 5 },
      );
    });

    test("that nobody declared are answered all the same", async () => {
      await using running = await way.start(source);
      assert.equal((await running.request("GET", "/undeclared")).problem["code"], "E_CONFLICT");
      const bug = await running.request("GET", "/bug");
      assert.deepEqual([bug.status, bug.problem["code"]], [500, "E_INTERNAL"]);
      assert.equal(bug.text.includes("s3cret"), false);
    });
  });
}
