import { cors, createLogger, securityHeaders, type AppOptions } from "armature";
import { appModule } from "./app.module.ts";
import { readConfig } from "./config.ts";

/** The application, before it is started: what the commands of `armature` look at. */
export const app = () => appModule(readConfig(process.env));

/** Everything about it that is not a module. */
export const appOptions: AppOptions = {
  logger: createLogger({ name: "quickstart" }),
  requestLog: true,
  health: true,
  middleware: [cors(), securityHeaders()],
};
