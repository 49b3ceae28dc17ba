import { Controller, Delete, Get, inject, Post, Put, reply } from "armature";
import { z } from "zod";
import { NewUser, User, UserFilter, UserId } from "./user.schema.ts";
import { UserService } from "./user.service.ts";

/** The decorated spelling: each decorator checks the types of its method against the path and the schemas. */
@Controller("/api/users")
export class UserController {
  readonly #users = inject(UserService);

  @Get("/", { query: UserFilter, response: z.array(User) })
  list({ query }: { query: UserFilter }) {
    return this.#users.list(query);
  }

  @Get("/:id", { params: UserId, response: User })
  find({ params }: { params: UserId }) {
    return this.#users.find(params.id);
  }

  @Post("/", { body: NewUser, response: { 201: User } })
  create({ body }: { body: NewUser }) {
    const user = this.#users.add(body);
    return reply(201, user).header("location", `/api/users/${user.id}`);
  }

  @Put("/:id", { params: UserId, body: NewUser, response: User })
  replace({ params, body }: { params: UserId; body: NewUser }) {
    return this.#users.replace(params.id, body);
  }

  @Delete("/:id", { params: UserId, response: { 204: null } })
  remove({ params }: { params: UserId }) {
    this.#users.remove(params.id);
  }
}
