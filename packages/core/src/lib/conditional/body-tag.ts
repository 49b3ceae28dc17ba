import { ArmatureError } from "@armature/http";

/** How answers get entity tags: not at all, or of the bytes of their bodies. */
export type EtagMode = boolean | "weak" | "strong";

/** Whether a value is one of the ways. */
export function isEtagMode(value: unknown): value is EtagMode {
  return typeof value === "boolean" || value === "weak" || value === "strong";
}

/** Makes the value of an `etag` field for a body. */
export type BodyTagger = (body: string | Uint8Array) => string;

/** Characters of base64 that are kept: 132 bits. */
const TAG_LENGTH = 22;

/**
 * Makes the function that tags bodies; `null` where they are not tagged.
 *
 * @throws ArmatureError `E_OPTION_INVALID` where the runtime cannot hash
 */
export function bodyTagger(mode: EtagMode): BodyTagger | null {
  if (mode === false) return null;
  // Asked for rather than imported: not every runtime has Node's modules.
  const crypto = typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:crypto");
  if (crypto?.hash === undefined)
    throw new ArmatureError(
      "E_OPTION_INVALID",
      'The option "etag" needs node:crypto, which this runtime does not have; turn it off and set tags yourself.',
    );
  const { hash } = crypto;
  const prefix = mode === "strong" ? '"' : 'W/"';
  return (body) => `${prefix}${hash("sha256", body, "base64url").slice(0, TAG_LENGTH)}"`;
}
