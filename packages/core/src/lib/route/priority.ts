import { ArmatureError, type RequestPriority } from "@armature/http";

const PRIORITIES: readonly unknown[] = ["high", "normal", "low"] satisfies RequestPriority[];

/** Reads the priority that a route and its controllers declare; the innermost that says something wins. */
export function readPriority(levels: readonly { readonly priority?: RequestPriority }[]): RequestPriority {
  const priority = levels.map((level) => level.priority).findLast((said) => said !== undefined);
  if (priority === undefined) return "normal";
  if (PRIORITIES.includes(priority)) return priority;
  throw new ArmatureError(
    "E_ROUTE_PRIORITY",
    `A route's priority must be "high", "normal" or "low" (got ${JSON.stringify(priority)}).`,
  );
}
