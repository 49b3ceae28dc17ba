import { z } from "zod";

// A schema and the type of what comes out of it share their name.

/** At most 64 characters in front of the "@", and 254 in all (RFC 5321, 4.5.3.1). */
const Email = z
  .email()
  .max(254)
  .regex(/^(?:[^@]{1,64}@|[^@]*$)/);

export const User = z.object({ id: z.int().positive(), name: z.string(), email: Email });
export type User = z.infer<typeof User>;

export const NewUser = z.object({ name: z.string().trim().min(1).max(100), email: Email });
export type NewUser = z.infer<typeof NewUser>;

export const UserId = z.object({ id: z.int().positive() });
export type UserId = z.infer<typeof UserId>;

export const UserFilter = z.object({
  search: z.string().max(100).default(""),
  limit: z.int().min(1).max(100).default(20),
});
export type UserFilter = z.infer<typeof UserFilter>;
