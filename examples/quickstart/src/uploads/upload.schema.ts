import { z } from "zod";

export const StoredFile = z.object({
  /** Its name on disk. */
  id: z.uuid(),
  /** The client's name for it. */
  name: z.string(),
  type: z.string(),
  bytes: z.int().min(0),
});
export type StoredFile = z.infer<typeof StoredFile>;
