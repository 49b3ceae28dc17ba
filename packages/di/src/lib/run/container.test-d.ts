import { inject } from "../declare/inject.ts";
import { type MultiToken, token, type ValueToken } from "../declare/token.ts";
import type { Container } from "./container.ts";
import type { Graph } from "./graph.ts";
import { type Scope, seed, type Seed } from "./scope.ts";

type Expect<TTrue extends true> = TTrue;
/** The keys are compared too, because `any` is assignable both ways. */
type Equal<A, B> = [A, keyof A] extends [B, keyof B]
  ? [B, keyof B] extends [A, keyof A]
    ? true
    : false
  : false;

class Service {
  readonly name = "service";
}
const PORT: ValueToken<number> = token<number>("PORT");
const PORTS: MultiToken<number> = token.multi<number>("PORTS");

export function typesOfContainer(container: Container, scope: Scope, graph: Graph): readonly true[] {
  const service = container.get(Service);
  const port = container.get(PORT, {});
  const ports = container.get(PORTS);
  const maybe = container.get(PORT, { optional: true });
  const scoped = scope.get(Service);
  const scopedMaybe = scope.get(PORT, { optional: true });
  const sample = graph.sample(Service);
  const resolved = container.resolver(PORTS)(scope);
  const ran = container.run(() => inject(PORT).toFixed());
  const checks: [
    Expect<Equal<typeof service, Service>>,
    Expect<Equal<typeof port, number>>,
    Expect<Equal<typeof ports, readonly number[]>>,
    Expect<Equal<typeof maybe, number | undefined>>,
    Expect<Equal<typeof scoped, Service | Promise<Service>>>,
    Expect<Equal<typeof scopedMaybe, number | undefined | Promise<number | undefined>>>,
    Expect<Equal<typeof sample, Service | undefined>>,
    Expect<Equal<typeof resolved, readonly number[] | Promise<readonly number[]>>>,
    Expect<Equal<typeof ran, string>>,
  ] = [true, true, true, true, true, true, true, true, true];
  return checks;
}

export const seeds: readonly Seed[] = [
  seed(PORT, 1),
  seed(Service, new Service()),
  // @ts-expect-error a string for a number
  seed(PORT, "1"),
  // @ts-expect-error no Service
  seed(Service, {}),
];
