import type { Branch } from "./compile-fits.ts";
import type { RefShape, Shape, UnionShape } from "./shape.ts";

/** What the parts of generated source ask for while they are made. */
export interface SourceContext {
  /** The name of the function that writes a shape. */
  writeOf(shape: Shape): string;
  /** The name of the function that checks a shape. */
  exactOf(shape: Shape): string;
  /** The name under which generated source finds a value. */
  constant(value: unknown): string;
  branchesOf(shape: UnionShape): readonly Branch[];
  /** The shape itself, where it is one that is referred to. */
  resolve(shape: Shape): Exclude<Shape, RefShape>;
}
