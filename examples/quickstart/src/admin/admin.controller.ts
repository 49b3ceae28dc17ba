import { get, inject } from "armature";
import { z } from "zod";
import { UserService } from "../users/user.service.ts";
import { AdminGuard } from "./admin.guard.ts";

const Stats = z.object({ users: z.int().min(0), uptimeSeconds: z.int().min(0) });

/** Everything here stands behind the guard. */
export class AdminController {
  static readonly path = "/api/admin";
  static readonly options = { guards: [AdminGuard] };
  readonly #users = inject(UserService);

  readonly stats = get("/stats", { response: Stats, docs: { summary: "Counts" } }, () => ({
    users: this.#users.count,
    uptimeSeconds: Math.floor(process.uptime()),
  }));
}
