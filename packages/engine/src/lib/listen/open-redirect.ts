import type { Engine, ListenAddress, Listener } from "@armature/http";
import type { ListenPlan } from "../listen-options.ts";
import { redirectTo } from "./redirect-handler.ts";

/** Listens without encryption too, where that is wanted, and sends everybody to `address`. */
export async function openRedirect(
  { redirectHttp, limits, onError }: ListenPlan,
  address: ListenAddress,
  listen: Engine["listen"],
): Promise<Listener | null> {
  if (redirectHttp === null) return null;
  const { port = 80, host = address.host, toPort = address.port } = redirectHttp;
  return await listen({ port, host, limits, onError }, redirectTo(toPort));
}
