import { Controller, Delete, Get, inject, Post, Put, reply } from "armature";
import { z } from "zod";
import { EmailTaken } from "./user.errors.ts";
import { NewUser, User, UserFilter, UserId } from "./user.schema.ts";
import { UserService } from "./user.service.ts";

/** The decorated spelling: each decorator checks the types of its method against the path and the schemas. */
@Controller("/api/users")
export class UserController {
  readonly #users = inject(UserService);

  @Get("/", { query: UserFilter, response: z.array(User), docs: { summary: "Lists users" } })
  list({ query }: { query: UserFilter }) {
    return this.#users.list(query);
  }

  @Get("/:id", { params: UserId, response: User, errors: [404], docs: { summary: "Finds a user" } })
  find({ params }: { params: UserId }) {
    return this.#users.find(params.id);
  }

  @Post("/", {
    body: NewUser,
    response: { 201: User },
    errors: [EmailTaken],
    docs: { summary: "Adds a user", examples: { ada: { name: "Ada", email: "ada@example.com" } } },
  })
  create({ body }: { body: NewUser }) {
    const user = this.#users.add(body);
    return reply(201, user).header("location", `/api/users/${user.id}`);
  }

  @Put("/:id", {
    params: UserId,
    body: NewUser,
    response: User,
    errors: [404, EmailTaken],
    docs: { summary: "Replaces a user" },
  })
  replace({ params, body }: { params: UserId; body: NewUser }) {
    return this.#users.replace(params.id, body);
  }

  @Delete("/:id", {
    params: UserId,
    response: { 204: null },
    errors: [404],
    docs: { summary: "Removes a user" },
  })
  remove({ params }: { params: UserId }) {
    this.#users.remove(params.id);
  }
}
