import { Module } from "armature";
import { UserController } from "./user.controller.ts";
import { UserService } from "./user.service.ts";

@Module({ providers: [UserService], controllers: [UserController], exports: [UserService] })
export class UserModule {}
