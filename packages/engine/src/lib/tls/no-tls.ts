import { ArmatureError } from "@armature/http";

/** What `reloadTls()` says where nothing is encrypted. */
export function noTls(): ArmatureError {
  return new ArmatureError(
    "E_TLS_OFF",
    "The listener does not encrypt; pass tls: { key, cert } to listen().",
  );
}
