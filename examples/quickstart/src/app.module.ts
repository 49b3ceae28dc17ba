import { defineModule, get, provide, type ModuleDefinition } from "armature";
import { staticFiles } from "armature/static";
import { AdminController } from "./admin/admin.controller.ts";
import { CONFIG, type Config } from "./config.ts";
import { EventController } from "./events/event.controller.ts";
import { UploadController } from "./uploads/upload.controller.ts";
import { UserModule } from "./users/user.module.ts";

/** A dynamic module: what it holds depends on the configuration. */
export function appModule(config: Config): ModuleDefinition {
  const configModule = defineModule({
    name: "ConfigModule",
    global: true,
    providers: [provide(CONFIG, { useValue: config })],
    exports: [CONFIG],
  });
  return defineModule({
    name: "AppModule",
    imports: [configModule, UserModule],
    controllers: [UploadController, EventController, AdminController],
    routes: [get("/*path?", staticFiles(new URL("../public", import.meta.url).pathname))],
  });
}
