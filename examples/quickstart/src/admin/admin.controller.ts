import { get, inject } from "armature";
import { UserService } from "../users/user.service.ts";
import { AdminGuard } from "./admin.guard.ts";

/** Everything here stands behind the guard. */
export class AdminController {
  static readonly path = "/api/admin";
  static readonly options = { guards: [AdminGuard] };
  readonly #users = inject(UserService);

  readonly stats = get("/stats", () => ({
    users: this.#users.count,
    uptimeSeconds: Math.floor(process.uptime()),
  }));
}
