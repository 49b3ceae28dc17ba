import { defineModule } from "armature";
import { UploadController } from "./upload.controller.ts";
import { UploadStore } from "./upload.store.ts";

export const UploadModule = defineModule({
  name: "UploadModule",
  providers: [UploadStore],
  controllers: [UploadController],
});
