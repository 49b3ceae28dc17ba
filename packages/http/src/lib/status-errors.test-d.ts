import { notFound } from "./status-errors.ts";

interface User {
  readonly id: number;
}

/** What is not there is not part of the type. */
export function find(users: ReadonlyMap<number, User>, id: number): User {
  return users.get(id) ?? notFound(`no user ${id}`);
}

/** As a statement it ends the flow too. */
export function name(user: { name?: string }): string {
  if (user.name === undefined) notFound("no name");
  return user.name;
}
