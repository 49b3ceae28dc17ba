import { notFound } from "armature";
import { EmailTaken } from "./user.errors.ts";
import type { NewUser, User, UserFilter } from "./user.schema.ts";

/** Keeps users in memory; a real application would ask a database here. */
export class UserService {
  readonly #users = new Map<number, User>();
  #lastId = 0;

  get count() {
    return this.#users.size;
  }

  list({ search, limit }: UserFilter): User[] {
    const wanted = search.toLowerCase();
    return [...this.#users.values()]
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .slice(0, limit);
  }

  find(id: number): User {
    return this.#users.get(id) ?? notFound(`There is no user ${id}.`);
  }

  add(user: NewUser): User {
    this.#assertEmailIsFree(user.email);
    return this.#store({ id: ++this.#lastId, ...user });
  }

  replace(id: number, user: NewUser): User {
    this.find(id);
    this.#assertEmailIsFree(user.email, id);
    return this.#store({ id, ...user });
  }

  remove(id: number) {
    this.find(id);
    this.#users.delete(id);
  }

  #store(user: User): User {
    this.#users.set(user.id, user);
    return user;
  }

  #assertEmailIsFree(email: string, owner?: number) {
    const isTaken = [...this.#users.values()].some((user) => user.email === email && user.id !== owner);
    if (isTaken) EmailTaken.throw(`The email ${email} is taken.`);
  }
}
