export { createMemoryEngine, type MemoryEngine, type MemoryListener } from "./lib/memory-engine.ts";
export type { MemoryClient } from "./lib/transport/memory-transport.ts";
