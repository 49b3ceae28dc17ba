import { Controller, defineMethodDecorator, Get, Post, UseGuards } from "../../index.ts";

// The wrong ones say which error they expect; wrong-types.test.ts holds it against what the compiler prints.

const Report = defineMethodDecorator("REPORT");

export function methods(): void {
  class Members {
    #count = 0;

    @Get("/")
    instance() {
      return (this.#count += 1);
    }
    // @ts-expect-error 1241 Type 'true' is not assignable to type 'false'
    @Get("/")
    static instanceWrong() {
      return 1;
    }

    @Get("/")
    open() {
      return this.#hiddenWrong();
    }
    // @ts-expect-error 1241 Type 'true' is not assignable to type 'false'
    @Get("/")
    #hiddenWrong() {
      return 1;
    }

    @Get("/")
    named() {
      return 1;
    }
    // @ts-expect-error 1241 Types of property 'name' are incompatible
    @Get("/")
    [Symbol.toPrimitive]() {
      return 1;
    }

    @Get("/")
    method() {
      return 1;
    }
    // @ts-expect-error 1241 Type '"getter"' is not assignable to type '"method"'
    @Get("/")
    get methodWrong() {
      return 1;
    }

    @Get("/")
    notField() {
      return 1;
    }
    // @ts-expect-error 1240 Argument of type 'undefined' is not assignable to parameter of type 'RouteMethod
    @Get("/")
    fieldWrong = () => 1;

    @Get("/")
    self(this: Members) {
      return this.#count;
    }
    // @ts-expect-error 1241 The 'this' types of each signature are incompatible
    @Get("/")
    selfWrong(this: Date) {
      return this.getTime();
    }

    @Report("/:id(int)")
    report({ params }: { params: { id: number } }) {
      return params.id;
    }
    // @ts-expect-error 1241 Type 'number' is not assignable to type 'string'
    @Report("/:id(int)")
    reportWrong({ params }: { params: { id: string } }) {
      return params.id;
    }

    @Get("/a")
    @Post("/a")
    both() {
      return 1;
    }
    @Get("/a/:id")
    // @ts-expect-error 1241 Property 'id' is missing in type '{}'
    @Post("/a")
    bothWrong({ params }: { params: { id: string } }) {
      return params.id;
    }
  }

  @Controller("/users", { guards: [(context) => context.id !== ""] })
  class Right {
    @Get("/")
    list() {
      return [];
    }
  }
  // @ts-expect-error 1238 Argument of type 'typeof Needy' is not assignable to parameter of type 'Constructor<object>'
  @Controller("/users")
  class Needy {
    readonly limit: number;
    constructor(limit: number) {
      this.limit = limit;
    }
  }
  // @ts-expect-error 2345 Argument of type 'number' is not assignable to parameter of type 'string'
  @Controller(42)
  class Numbered {}
  // @ts-expect-error 2561 'guard' does not exist in type 'ControllerOptions'
  @Controller("/users", { guard: [] })
  class Misspelled {}
  // @ts-expect-error 1238 Unable to resolve signature of class decorator
  @Get("/")
  class Classes {}

  @UseGuards(() => true)
  class Guarded {
    @UseGuards(() => true)
    @Get("/")
    list() {
      return [];
    }
    // @ts-expect-error 1240 Unable to resolve signature of property decorator
    @UseGuards(() => true)
    field = 1;
  }
  void [Members, Right, Needy, Numbered, Misspelled, Classes, Guarded];
}
