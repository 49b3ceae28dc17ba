export { createEngine } from "./lib/engine.ts";
