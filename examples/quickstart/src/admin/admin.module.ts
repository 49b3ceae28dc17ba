import { defineModule } from "armature";
import { UserModule } from "../users/user.module.ts";
import { AdminController } from "./admin.controller.ts";

/** Sees UserService because UserModule exports it. */
export const AdminModule = defineModule({
  name: "AdminModule",
  imports: [UserModule],
  controllers: [AdminController],
});
