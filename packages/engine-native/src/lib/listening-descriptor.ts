import type { Server } from "node:net";
import { ArmatureError } from "@armature/http";

/** The member of Node's servers that is not public and needed here; it is checked before it is used. */
const HANDLE = "_handle";

/**
 * The descriptor of a server that listens.
 * @throws ArmatureError `E_FD_INVALID` where the runtime does not look as expected
 */
export function listeningDescriptor(server: Server): number {
  const handle = (server as unknown as { [HANDLE]: { readonly fd?: unknown } | null })[HANDLE];
  const fd = handle?.fd;
  if (typeof fd === "number" && fd >= 0) return fd;
  throw new ArmatureError(
    "E_FD_INVALID",
    `The descriptor of the listening socket cannot be had of this Node (${process.version}); use engine: "ts".`,
  );
}
