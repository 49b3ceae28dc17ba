import { inject, provide, token, type ValueToken } from "@armature/di";
import {
  type AppOptions,
  type BeforeApplicationShutdown,
  Controller,
  type ControllerClass,
  type ControllerOptions,
  createApp,
  defineModule,
  get,
  Get,
  Module,
  type ModuleDefinition,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
  RouteGroup,
} from "../../index.ts";

// The wrong ones say which error they expect; wrong-types.test.ts holds it against what the compiler prints.

const LIMIT: ValueToken<number> = token<number>("LIMIT");

class Users {
  readonly limit: number = inject(LIMIT);
}
class Needy {
  readonly limit: number;
  constructor(limit: number) {
    this.limit = limit;
  }
}
abstract class Base {
  readonly users: Users = inject(Users);
}
class UserController extends Base {
  static readonly path = "/users";
  static readonly options: ControllerOptions = { guards: [() => true] };
}
class NumberedController {
  static readonly path = 42;
}
class MisguidedController {
  static readonly options = { guards: ["admin"] };
}
const hello = get("/hello", () => "hello");

// Providers.
defineModule({ providers: [Users] });
// @ts-expect-error 2322 Type 'typeof Needy' is not assignable to type 'Provider'
defineModule({ providers: [Needy] });
defineModule({ providers: [provide(LIMIT, { useValue: 1 })] });
// @ts-expect-error 2353 'useValue' does not exist in type 'Provider'
defineModule({ providers: [{ provide: LIMIT, useValue: "1" }] });
defineModule({ providers: [Users] });
// @ts-expect-error 2322 Type 'Users' is not assignable to type 'Provider'
defineModule({ providers: [new Users()] });
defineModule({ providers: [provide(Users, { useFactory: () => new Users() })] });
// @ts-expect-error 2322 Type 'number' is not assignable to type 'PromiseLike<NoInfer<Users>>
defineModule({ providers: [provide(Users, { useFactory: () => 1 })] });

// Controllers.
defineModule({ controllers: [UserController] });
// @ts-expect-error 2322 Type 'typeof Needy' is not assignable to type 'ControllerClass'
defineModule({ controllers: [Needy] });
defineModule({ controllers: [UserController] });
// @ts-expect-error 2322 Type 'typeof Base' is not assignable to type 'ControllerClass'
defineModule({ controllers: [Base] });
defineModule({ controllers: [UserController] });
// @ts-expect-error 2322 Type 'typeof NumberedController' is not assignable to type 'ControllerClass'
defineModule({ controllers: [NumberedController] });
defineModule({ controllers: [UserController] });
// @ts-expect-error 2322 Type 'typeof MisguidedController' is not assignable to type 'ControllerClass'
defineModule({ controllers: [MisguidedController] });
export const controller: ControllerClass = UserController;
// @ts-expect-error 2322 Type 'UserController' is not assignable to type 'ControllerClass'
export const controllerWrong: ControllerClass = new UserController();

// Imports, exports and routes.
const Config: ModuleDefinition = defineModule({ name: "Config", exports: [LIMIT, Users] });
defineModule({ imports: [Config, () => Config] });
// @ts-expect-error 2322 Type 'string' is not assignable to type 'ModuleRef'
defineModule({ imports: ["Config"] });
defineModule({ imports: [Config] });
// @ts-expect-error 2322 Type 'Promise<ModuleDefinition<unknown>>' is not assignable to type
defineModule({ imports: [async () => Config] });
defineModule({ exports: [LIMIT, Users, Base, Config] });
// @ts-expect-error 2322 Type 'string' is not assignable to type
defineModule({ exports: ["LIMIT"] });
defineModule({ routes: [hello, new RouteGroup("/a", {}, [hello])] });
// @ts-expect-error 2322 Type '() => string' is not assignable to type 'RouteEntry'
defineModule({ routes: [() => "hello"] });
defineModule({ prefix: "/api", global: true });
// @ts-expect-error 2322 Type 'string' is not assignable to type 'boolean'
defineModule({ prefix: "/api", global: "yes" });
defineModule({ guards: [() => true] });
// @ts-expect-error 2322 Type '() => string' is not assignable to type 'GuardRef'
defineModule({ guards: [() => "yes"] });
defineModule({ providers: [Users] });
// @ts-expect-error 2561 Did you mean to write 'providers'?
defineModule({ provider: [Users] });

export function decorated(): void {
  @Module({ imports: [Config], providers: [Users], controllers: [UserController] })
  class UserModule {}
  // @ts-expect-error 2561 Did you mean to write 'imports'?
  @Module({ import: [Config], providers: [Users] })
  class MisspelledModule {}
  // @ts-expect-error 1238 Argument of type 'typeof NeedyModule' is not assignable to parameter of type 'Constructor<object>'
  @Module({ providers: [Users] })
  class NeedyModule extends Needy {}
  class MethodModule {
    // @ts-expect-error 1241 Unable to resolve signature of method decorator
    @Module({})
    method() {}
  }

  @Controller("/users", { version: "1" })
  class VersionedController extends Base {
    @Get("/:id")
    find({ params }: { params: { id: string } }) {
      return { id: params.id, limit: this.users.limit };
    }
  }
  // @ts-expect-error 2322 Type 'number' is not assignable to type 'string | readonly string[]
  @Controller("/users", { version: 1 })
  class NumericController {}
  defineModule({ imports: [UserModule], controllers: [VersionedController] });
  void [MisspelledModule, NeedyModule, MethodModule, NumericController];
}

// Lifecycle.
export class Hooks
  implements
    OnModuleInit,
    OnApplicationBootstrap,
    BeforeApplicationShutdown,
    OnModuleDestroy,
    OnApplicationShutdown
{
  async onModuleInit(): Promise<void> {}
  onApplicationBootstrap(): void {}
  beforeApplicationShutdown(): void {}
  onModuleDestroy(): void {}
  async onApplicationShutdown(signal?: string): Promise<void> {
    await Promise.resolve(signal);
  }
}
// @ts-expect-error 2420 Property 'onModuleInit' is missing in type 'Misnamed'
export class Misnamed implements OnModuleInit {
  onInit(): void {}
}
export class Numbered implements OnModuleDestroy {
  // @ts-expect-error 2416 Property 'onModuleDestroy' in type 'Numbered' is not assignable
  onModuleDestroy(): number {
    return 1;
  }
}
export class Demanding implements OnApplicationShutdown {
  // @ts-expect-error 2416 Type 'string' is not assignable to type 'number'
  onApplicationShutdown(signal?: number): void {
    void signal;
  }
}

// Applications.
void createApp(Config, { prefix: "/api" });
// @ts-expect-error 2345 is not assignable to parameter of type 'ModuleRef'
void createApp(hello, { prefix: "/api" });
export const appOptions: AppOptions = { requestLog: true, health: { ready: { db: () => true } } };
// @ts-expect-error 2353 'logging' does not exist in type 'AppOptions'
export const appOptionsWrong: AppOptions = { logging: true, health: true };
export const limits: AppOptions = { limits: { maxBodyBytes: 1024 } };
// @ts-expect-error 2353 'maxBodySize' does not exist in type 'Partial<Limits>'
export const limitsWrong: AppOptions = { limits: { maxBodySize: 1024 } };
