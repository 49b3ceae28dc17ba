import type { Context, Filter, Guard, Interceptor, Middleware } from "armature";

/** Whether a stage answers at once, or after a turn of the event loop. */
export type Pace = "sync" | "async";

/** Notes in order what ran. */
export class Notes {
  readonly list: string[] = [];
  readonly #pace: Pace;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  middleware(name: string): Middleware {
    return this.#around(name);
  }

  interceptor(name: string): Interceptor {
    return this.#around(name);
  }

  guard(name: string): Guard {
    if (this.#pace === "sync") return () => void this.list.push(name);
    return async () => {
      await turn();
      this.list.push(name);
    };
  }

  /** A filter that notes the error and leaves it to the next one. */
  filter(name: string): Filter {
    const note = (error: unknown): void => void this.list.push(`${name}(${(error as Error).message})`);
    if (this.#pace === "sync") return note;
    return async (error) => {
      await turn();
      note(error);
    };
  }

  /** Takes what was noted so far. */
  take(): string[] {
    return this.list.splice(0);
  }

  #around(name: string): Middleware {
    const leave = (value: unknown): unknown => {
      this.list.push(`/${name}`);
      return value;
    };
    if (this.#pace === "sync")
      return (context, next) => {
        this.list.push(name);
        const value = next(context);
        return value instanceof Promise ? value.then(leave) : leave(value);
      };
    return async (context: Context, next) => {
      await turn();
      this.list.push(name);
      return leave(await next(context));
    };
  }
}

/** A turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
