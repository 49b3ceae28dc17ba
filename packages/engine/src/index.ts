export { createEngine, type EngineOptions } from "./lib/engine.ts";
