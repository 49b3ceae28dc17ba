export { createNativeEngine } from "./lib/native-engine.ts";
export { nativeEngineFault } from "./lib/load-binding.ts";
