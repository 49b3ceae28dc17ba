import { conflict } from "armature";
import type { NewUser, User } from "./user.schema.ts";

/** Keeps users in memory; a real application would ask a database here. */
export class UserService {
  readonly #users = new Map<number, User>();
  #lastId = 0;

  list(search: string, limit: number): User[] {
    const wanted = search.toLowerCase();
    return [...this.#users.values()].filter((user) => user.name.toLowerCase().includes(wanted)).slice(0, limit);
  }

  find(id: number): User | undefined {
    return this.#users.get(id);
  }

  add(user: NewUser): User {
    this.#assertEmailIsFree(user.email, 0);
    const added = { id: ++this.#lastId, ...user };
    this.#users.set(added.id, added);
    return added;
  }

  replace(id: number, user: NewUser): User | undefined {
    if (!this.#users.has(id)) return undefined;
    this.#assertEmailIsFree(user.email, id);
    const replaced = { id, ...user };
    this.#users.set(id, replaced);
    return replaced;
  }

  remove(id: number): boolean {
    return this.#users.delete(id);
  }

  get count(): number {
    return this.#users.size;
  }

  #assertEmailIsFree(email: string, except: number): void {
    const owner = [...this.#users.values()].find((user) => user.email === email);
    if (owner !== undefined && owner.id !== except) {
      conflict(`The email ${email} is taken.`, { code: "EMAIL_TAKEN" });
    }
  }
}
