export { fromTypebox, type TypeboxOptions } from "./lib/from-typebox.ts";
