import type { ConstantAnswer, ConstantAnswers } from "@armature/http";
import type { Router } from "@armature/router";
import { isObserved } from "../diagnostics/channels.ts";
import type { CompiledRoute } from "../pipeline/compiled-route.ts";

/** What engines may answer by themselves: constant routes that nothing stands around. `null` where there are none. */
export function constantAnswers(
  router: Router<CompiledRoute>,
  compiled: readonly CompiledRoute[],
): ConstantAnswers | null {
  const answers = compiled.flatMap((route) => answersOf(route, router));
  return answers.length === 0 ? null : { answers, mayAnswer: () => !isObserved() };
}

function answersOf(route: CompiledRoute, router: Router<CompiledRoute>): ConstantAnswer[] {
  const { constant, info } = route;
  if (constant === null || info.constant?.obstacles.length !== 0) return [];
  const { path: target } = info;
  const { head, body } = constant;
  // Another route may stand at HEAD, or at the same place for some hosts; the router knows.
  return (["GET", "HEAD"] as const)
    .filter((method) => leadsTo(route, router.matchString(method, target)))
    .map((method) => ({ method, target, head, body }));
}

function leadsTo(route: CompiledRoute, match: ReturnType<Router<CompiledRoute>["matchString"]>): boolean {
  return match.kind === "found" && match.value === route;
}
