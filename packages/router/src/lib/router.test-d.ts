import type { Match } from "./match.ts";
import { createRouter, type Router } from "./router.ts";

type Expect<TTrue extends true> = TTrue;
/** The keys are compared too: an optional member alone makes no difference to assignability. */
type Equal<A, B> = [A, keyof A] extends [B, keyof B]
  ? [B, keyof B] extends [A, keyof A]
    ? true
    : false
  : false;

const router: Router<number> = createRouter([
  { method: "GET", path: "/", value: 1 },
  { method: "GET", path: "/:id", value: 2 },
]);

export type Value = Expect<Equal<ReturnType<typeof router.matchString>, Match<number>>>;

/** The kind tells what else there is. */
export function read(match: Match<number>): number | readonly string[] | string {
  // @ts-expect-error only a route that was found has a value
  void match.value;
  if (match.kind === "found") return match.value;
  if (match.kind === "method-not-allowed") return match.allow;
  if (match.kind === "bad-target") return match.reason;
  const kind: "not-found" | "asterisk" = match.kind;
  return kind + match.path("/") + match.search("/");
}
