import { createHash, timingSafeEqual } from "node:crypto";
import { inject, unauthorized, type Context, type GuardClass } from "armature";
import { CONFIG } from "../config.ts";

/** Lets through who knows the admin token. */
export class AdminGuard implements GuardClass {
  readonly #config = inject(CONFIG);

  canActivate({ request }: Context): boolean {
    const { adminToken } = this.#config;
    const given = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    if (given === undefined) return unauthorized('Bearer realm="admin"', "Send the admin token.");
    return adminToken !== null && isSame(given, adminToken);
  }
}

/** Takes the same time for every wrong token. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
