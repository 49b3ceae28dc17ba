import { cors, createApp, createLogger, securityHeaders } from "armature";
import { appModule } from "./app.module.ts";
import { readConfig } from "./config.ts";

try {
  const config = readConfig(process.env);
  const app = await createApp(appModule(config), {
    logger: createLogger({ name: "quickstart" }),
    requestLog: true,
    health: true,
    middleware: [cors(), securityHeaders()],
  });
  const { url } = await app.listen({ port: config.port, host: config.host, signals: ["SIGINT", "SIGTERM"] });
  process.stdout.write(`quickstart is ready at ${url}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
