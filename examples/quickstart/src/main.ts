import { ArmatureError, createApp } from "armature";
import { appModule } from "./app.module.ts";
import { appOptions } from "./app.ts";
import { readConfig } from "./config.ts";

try {
  const config = readConfig(process.env);
  const app = await createApp(appModule(config), appOptions);
  const { url } = await app.listen({ port: config.port, host: config.host });
  process.stdout.write(`quickstart is ready at ${url}\n`);
} catch (error) {
  if (!(error instanceof ArmatureError)) throw error;
  // The message says what to do; a stack would only hide it.
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
