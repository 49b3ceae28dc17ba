/** A random name; browsers make no UUIDs on pages that are not secure. */
export function newClientName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
