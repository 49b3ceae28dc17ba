import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineModule, get, provide } from "armature";
import { staticFiles } from "armature/static";
import { Chat } from "./chat.ts";
import { ClassGateway } from "./class-gateway.ts";
import { functionGateway } from "./function-gateway.ts";

const PUBLIC = join(import.meta.dirname, "../public");

/** The client as it was compiled; browsers need no bundler for it. */
const CLIENT = dirname(fileURLToPath(import.meta.resolve("@armature/websocket/client")));

/** The chat: a page, and both gateways to the same rooms. */
export function appModule() {
  const chat = new Chat();
  return defineModule({
    name: "ChatModule",
    providers: [provide(Chat, { useValue: chat })],
    controllers: [ClassGateway],
    routes: [
      functionGateway(chat),
      get("/", ({ reply }) => reply.file(join(PUBLIC, "index.html"))),
      get("/page/*path", staticFiles(join(import.meta.dirname, "page"))),
      get("/client/*path", staticFiles(CLIENT)),
    ],
  });
}
