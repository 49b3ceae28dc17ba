import { z } from "zod";

// A schema and the type of what comes out of it share their name.

export const User = z.object({ id: z.int().positive(), name: z.string(), email: z.email() });
export type User = z.infer<typeof User>;

export const NewUser = z.object({ name: z.string().trim().min(1).max(100), email: z.email() });
export type NewUser = z.infer<typeof NewUser>;

export const UserId = z.object({ id: z.coerce.number().int().positive() });
export type UserId = z.infer<typeof UserId>;

export const UserFilter = z.object({
  search: z.string().max(100).default(""),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type UserFilter = z.infer<typeof UserFilter>;
