/** A stage of a route, as tools name it. */
export interface StageInfo {
  readonly kind: "middleware" | "guard" | "interceptor" | "filter";
  /** The name of its class or function; "anonymous" where it has none. */
  readonly name: string;
  /** What declares it: the application, a module, a controller, a group or the route itself. */
  readonly declaredBy: string;
  /** The function or class itself, for what else it says of itself. */
  readonly ref: unknown;
}
