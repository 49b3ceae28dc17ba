export { staticFiles, type StaticOptions } from "@armature/core/static";
