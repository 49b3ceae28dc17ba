import { createHash, timingSafeEqual } from "node:crypto";
import { inject, unauthorized, type Context, type GuardClass } from "armature";
import { CONFIG } from "../config.ts";

/** Lets through who knows the admin token: 401 without a token, 403 with a wrong one. */
export class AdminGuard implements GuardClass {
  /** What documents say of it: how it is passed, and what it answers. */
  static readonly security = { name: "adminToken", scheme: { type: "http", scheme: "bearer" } };
  static readonly errors = [401, 403] as const;
  readonly #config = inject(CONFIG);

  canActivate({ request }: Context) {
    const { adminToken } = this.#config;
    const given = /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (given === undefined) unauthorized('Bearer realm="admin"', "Send the admin token.");
    return adminToken !== null && isSame(given, adminToken);
  }
}

/** Takes the same time for every wrong token. */
function isSame(a: string, b: string) {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string) {
  return createHash("sha256").update(text).digest();
}
