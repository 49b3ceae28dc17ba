/** How the peers without a validator of their own validate an order. */
import { z } from "zod";

export const NewOrder = z.object({
  product: z.string().min(1),
  quantity: z.int().min(1).max(100),
  email: z.email(),
});
