import type { Shape } from "./shape.ts";

/** Keeps the function of each shape; what refers to itself gets one that finds the function when it is called. */
export class FunctionTable<TArgs extends readonly unknown[], TResult> {
  readonly #made = new Map<Shape, (...args: TArgs) => TResult>();

  get(shape: Shape, make: () => (...args: TArgs) => TResult): (...args: TArgs) => TResult {
    const known = this.#made.get(shape);
    if (known !== undefined) return known;
    // It is called when everything is made, and the real one has taken its place.
    this.#made.set(shape, (...args) => (this.#made.get(shape) as typeof made)(...args));
    const made = make();
    this.#made.set(shape, made);
    return made;
  }
}
