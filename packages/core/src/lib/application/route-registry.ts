import { ArmatureError } from "@armature/http";
import type { Versioning } from "../route/conditions.ts";
import type { RouteInfo } from "../route/route-info.ts";

/**
 * Every route of the application, for what documents or checks them; any provider may inject it.
 *
 * @example
 * class Sitemap implements OnApplicationBootstrap {
 *   readonly #registry = inject(RouteRegistry);
 *   onApplicationBootstrap() {
 *     const pages = this.#registry.routes.filter(({ method }) => method === "GET");
 *   }
 * }
 */
export class RouteRegistry {
  /** How requests say a version; `undefined` where there are none. */
  readonly versioning: Versioning | undefined;
  /** Path constraints by name. */
  readonly constraints: Readonly<Record<string, (segment: string) => boolean>>;
  #routes: readonly RouteInfo[] | null = null;

  constructor(
    versioning?: Versioning,
    constraints: Readonly<Record<string, (segment: string) => boolean>> = {},
  ) {
    this.versioning = versioning;
    this.constraints = constraints;
  }

  /** In the order in which they were declared. @throws ArmatureError `E_ROUTES_EARLY` before `onModuleInit` of all modules ran */
  get routes(): readonly RouteInfo[] {
    if (this.#routes !== null) return this.#routes;
    throw new ArmatureError(
      "E_ROUTES_EARLY",
      "The routes are not known yet; read them in onApplicationBootstrap or later.",
    );
  }

  /** Called once, when the routes are compiled. */
  fill(routes: readonly RouteInfo[]): void {
    this.#routes = routes;
  }
}
