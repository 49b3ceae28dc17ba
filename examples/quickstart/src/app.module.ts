import { join } from "node:path";
import { defineModule, get, provide } from "armature";
import { staticFiles } from "armature/static";
import { openApi } from "@armature/openapi";
import { AdminModule } from "./admin/admin.module.ts";
import { CONFIG, type Config } from "./config.ts";
import { EventController } from "./events/event.controller.ts";
import { StoredFile } from "./uploads/upload.schema.ts";
import { UploadModule } from "./uploads/upload.module.ts";
import { UserModule } from "./users/user.module.ts";
import { NewUser, User } from "./users/user.schema.ts";

const PUBLIC = join(import.meta.dirname, "../public");

/** `/docs`, `/openapi.json` and `/openapi.yaml`. */
const documentation = openApi({
  info: { title: "Quickstart", version: "1.0.0" },
  schemas: { User, NewUser, StoredFile },
});

/** A dynamic module: a function, because what it provides depends on the configuration. */
export function appModule(config: Config) {
  return defineModule({
    name: "AppModule",
    imports: [configModule(config), documentation, UserModule, UploadModule, AdminModule],
    controllers: [EventController],
    routes: [
      get("/", { docs: { hidden: true } }, ({ reply }) => reply.file(join(PUBLIC, "index.html"))),
      get("/assets/*path", { docs: { hidden: true } }, staticFiles(join(PUBLIC, "assets"))),
    ],
  });
}

/** Global: every module may inject CONFIG without importing this one. */
function configModule(config: Config) {
  return defineModule({
    name: "ConfigModule",
    global: true,
    providers: [provide(CONFIG, { useValue: config })],
    exports: [CONFIG],
  });
}
