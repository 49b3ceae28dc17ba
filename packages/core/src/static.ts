export { staticFiles, type StaticOptions } from "./lib/features/static-files.ts";
