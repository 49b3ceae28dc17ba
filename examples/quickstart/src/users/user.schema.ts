import { z } from "zod";

export const User = z.object({ id: z.int().positive(), name: z.string(), email: z.email() });
export const NewUser = z.object({ name: z.string().trim().min(1).max(100), email: z.email() });
export const UserId = z.object({ id: z.coerce.number().int().positive() });
export const UserFilter = z.object({
  search: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export type User = z.infer<typeof User>;
export type NewUser = z.infer<typeof NewUser>;
