import { Controller, Delete, Get, inject, notFound, Post, Put, reply, type Reply } from "armature";
import { z } from "zod";
import { NewUser, User, UserFilter, UserId } from "./user.schema.ts";
import { UserService } from "./user.service.ts";

/** The decorated spelling: the decorators check the types of their methods. */
@Controller("/api/users")
export class UserController {
  readonly #users = inject(UserService);

  @Get("/", { query: UserFilter, response: z.array(User) })
  list({ query }: { query: z.infer<typeof UserFilter> }): User[] {
    return this.#users.list(query.search ?? "", query.limit);
  }

  @Get("/:id", { params: UserId, response: User })
  find({ params }: { params: { id: number } }): User {
    return this.#users.find(params.id) ?? notFound(`There is no user ${params.id}.`);
  }

  @Post("/", { body: NewUser, response: { 201: User } })
  create({ body }: { body: NewUser }): Reply<201, User> {
    const user = this.#users.add(body);
    return reply(201, user).header("location", `/api/users/${user.id}`);
  }

  @Put("/:id", { params: UserId, body: NewUser, response: User })
  replace({ params, body }: { params: { id: number }; body: NewUser }): User {
    return this.#users.replace(params.id, body) ?? notFound(`There is no user ${params.id}.`);
  }

  @Delete("/:id", { params: UserId, response: { 204: null } })
  remove({ params }: { params: { id: number } }): void {
    if (!this.#users.remove(params.id)) notFound(`There is no user ${params.id}.`);
  }
}
