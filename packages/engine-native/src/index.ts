export { setThreadCpus, threadCpus } from "./lib/thread-cpus.ts";
export { createNativeEngine, type NativeEngineOptions } from "./lib/native-engine.ts";
export { nativeEngineFault } from "./lib/load-binding.ts";
export { ioUringFault, type NativeIo } from "./lib/native-io.ts";
