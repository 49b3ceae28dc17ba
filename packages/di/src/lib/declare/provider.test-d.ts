import { inject } from "./inject.ts";
import { Injectable } from "./injectable.ts";
import { type CheckedProviders, provide } from "./provider.ts";
import { type MultiToken, token, type ValueToken } from "./token.ts";
import type { ModuleSpec } from "./module-spec.ts";

/** The keys are compared too, because `any` is assignable both ways. */
type Equal<A, B> = [A, keyof A] extends [B, keyof B]
  ? [B, keyof B] extends [A, keyof A]
    ? true
    : false
  : false;
type Expect<T extends true> = T;

abstract class Repository {
  abstract find(id: number): string;
}
class SqlRepository extends Repository {
  readonly table = "t";
  override find(id: number): string {
    return `${this.table}${id}`;
  }
}
class Animal {
  readonly legs: number = 4;
}
class Dog extends Animal {
  readonly name: string = "Rex";
}
class Needy {
  readonly port: number;
  constructor(port: number) {
    this.port = port;
  }
}
interface Level {
  readonly level: "debug" | "info";
}

const PORT: ValueToken<number> = token<number>("PORT");
const NAME: ValueToken<string | undefined> = token<string | undefined>("NAME");
const LEVEL: ValueToken<Level> = token<Level>("LEVEL");
const FORMAT: ValueToken<(value: number) => string> = token<(value: number) => string>("FORMAT");
const ANIMALS: MultiToken<Animal> = token.multi<Animal>("ANIMALS");
const REPOSITORIES: MultiToken<Repository> = token.multi<Repository>("REPOSITORIES");

// What inject gives.
export function typesOfInject(): readonly true[] {
  const port = inject(PORT);
  const repository = inject(Repository);
  const maybe = inject(Repository, { optional: true });
  const animals = inject(ANIMALS);
  const lazy = inject.lazy(Dog);
  const lazyMaybe = inject.lazy(Dog, { optional: true });
  const checks: [
    Expect<Equal<typeof port, number>>,
    Expect<Equal<typeof repository, Repository>>,
    Expect<Equal<typeof maybe, Repository | undefined>>,
    Expect<Equal<typeof animals, readonly Animal[]>>,
    Expect<Equal<typeof lazy, () => Dog>>,
    Expect<Equal<typeof lazyMaybe, () => Dog | undefined>>,
  ] = [true, true, true, true, true, true];
  return checks;
}

// Right providers.
provide(PORT, { useValue: 1 });
provide(NAME, { useValue: undefined });
provide(LEVEL, { useValue: { level: "debug" } });
provide(FORMAT, { useValue: (value) => value.toFixed() });
provide(FORMAT, { useFactory: () => (value) => value.toFixed() });
provide(LEVEL, { useFactory: (): Level => ({ level: "debug" }) });
provide(PORT, { useFactory: async () => 1, dispose: (port) => void port.toFixed() });
provide(PORT, { useFactory: () => 1, scope: "request", dispose: false });
provide(Repository, { useClass: SqlRepository, scope: "transient" });
provide(Repository, { useExisting: SqlRepository });
provide(Animal, { useFactory: () => new Dog() });
provide(Needy, { inject: [PORT], useFactory: (port) => new Needy(port) });
provide(PORT, { inject: [Repository, PORT], useFactory: (repository) => repository.find(1).length });
provide(PORT, { inject: [Repository, PORT], useFactory: () => 1 });
provide(ANIMALS, { useClass: Dog });
provide(ANIMALS, { useExisting: Dog });
provide(ANIMALS, { useValue: new Animal() });
provide(PORT, {
  inject: [Repository, PORT, ANIMALS, { token: Dog, optional: true }, { token: Dog, lazy: true }],
  useFactory: (...given) => {
    const checked: [Repository, number, readonly Animal[], Dog | undefined, () => Dog] = given;
    return checked.length;
  },
});

// Wrong providers.
// @ts-expect-error a string for a number
provide(PORT, { useValue: "1" });
// @ts-expect-error a class that is no Repository
provide(Repository, { useClass: Animal });
// @ts-expect-error an alias of something else
provide(Repository, { useExisting: Animal });
// @ts-expect-error the base class lacks what the subclass has
provide(Dog, { useClass: Animal });
// @ts-expect-error the same, from a factory
provide(Dog, { useFactory: () => new Animal() });
// @ts-expect-error the same, from a promise
provide(Dog, { useFactory: async () => new Animal() });
// @ts-expect-error undefined for a number
provide(PORT, { useFactory: () => undefined });
// @ts-expect-error not one of the literals
provide(LEVEL, { useFactory: () => ({ level: "loud" as const }) });
// @ts-expect-error a parameter that nothing is injected for
provide(PORT, { useFactory: (repository: Repository) => repository.find(1).length });
// @ts-expect-error a parameter of another type than the token's
provide(PORT, { inject: [Animal], useFactory: (repository: Repository) => repository.find(1).length });
// @ts-expect-error more parameters than dependencies
provide(PORT, { inject: [PORT], useFactory: (port: number, dog: Dog) => port + dog.legs });
// @ts-expect-error a wrong result with inferred parameters
provide(PORT, { inject: [Repository], useFactory: (repository) => repository.find(1) });
// @ts-expect-error an optional dependency may be undefined
provide(PORT, { inject: [{ token: Dog, optional: true }], useFactory: (dog) => dog.legs });
// @ts-expect-error a contribution is one item, not a list
provide(REPOSITORIES, { useValue: [new SqlRepository()] });
// @ts-expect-error two recipes
provide(PORT, { useValue: 1, useFactory: () => 1 });
// @ts-expect-error no recipe
provide(PORT, {});
// @ts-expect-error a constructor with parameters
provide(Needy, { useClass: Needy });
// @ts-expect-error no such scope
provide(Dog, { useClass: Dog, scope: "session" });
// @ts-expect-error a function is no token
provide(() => 1, { useValue: 1 });
// @ts-expect-error a string is no token
inject("PORT");

// Lists of a module: what is not checked by provide() does not pass.
export const spec: ModuleSpec = {
  name: "Spec",
  imports: [],
  // @ts-expect-error a plain object might not fit its token
  providers: [Dog, { provide: PORT, useValue: 1 }],
  exports: [Dog, PORT],
};

// Plain objects, through a function that checks them.
declare function defineModule<const TProviders extends readonly unknown[]>(spec: {
  providers: TProviders & CheckedProviders<TProviders>;
}): void;
declare const more: readonly ModuleSpec["providers"][number][];

defineModule({
  providers: [
    Dog,
    SqlRepository,
    provide(PORT, { useValue: 1 }),
    { provide: PORT, useValue: 1 },
    { provide: LEVEL, useValue: { level: "debug" } },
    { provide: Repository, useClass: SqlRepository },
    { provide: Repository, useExisting: SqlRepository },
    { provide: ANIMALS, useClass: Dog },
    {
      provide: PORT,
      inject: [Repository],
      useFactory: (repository: Repository) => repository.find(1).length,
    },
    { provide: PORT, inject: [Repository, PORT], useFactory: () => 1 },
    ...more,
  ],
});
// @ts-expect-error a string for a number
defineModule({ providers: [Dog, { provide: PORT, useValue: "1" }] });
// @ts-expect-error a class that is no Repository
defineModule({ providers: [{ provide: Repository, useClass: Animal }] });
// @ts-expect-error an alias of something else
defineModule({ providers: [{ provide: Repository, useExisting: Animal }] });
defineModule({
  providers: [
    // @ts-expect-error a parameter of another type than the token's
    { provide: PORT, inject: [Animal], useFactory: (repository: Repository) => repository.find(1).length },
  ],
});
// @ts-expect-error no recipe
defineModule({ providers: [{ provide: Repository }] });
// @ts-expect-error neither class nor provider
defineModule({ providers: [42] });
// @ts-expect-error a constructor with parameters
defineModule({ providers: [Needy] });

// The decorator.
@Injectable({ scope: "request" })
export class Decorated extends Animal {}
// @ts-expect-error a constructor with parameters
@Injectable()
export class DecoratedNeedy extends Needy {}
// @ts-expect-error no such scope
@Injectable({ scope: "session" })
export class DecoratedWrong extends Animal {}
