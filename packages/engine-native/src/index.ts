export { setThreadCpus, threadCpus } from "./lib/thread-cpus.ts";
export { createNativeEngine } from "./lib/native-engine.ts";
export { nativeEngineFault } from "./lib/load-binding.ts";
