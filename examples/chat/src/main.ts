import { createApp, createLogger } from "armature";
import { appModule } from "./app.module.ts";

const app = await createApp(appModule(), { logger: createLogger({ name: "chat" }) });
const { url } = await app.listen({ port: Number(process.env["PORT"] ?? 3000) });
process.stdout.write(`chat is ready at ${url}\n`);
