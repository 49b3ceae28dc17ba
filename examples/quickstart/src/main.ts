import { ArmatureError, cors, createApp, createLogger, securityHeaders } from "armature";
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
  const { url } = await app.listen({ port: config.port, host: config.host });
  process.stdout.write(`quickstart is ready at ${url}\n`);
} catch (error) {
  if (!(error instanceof ArmatureError)) throw error;
  // The message says what to do; a stack would only hide it.
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
