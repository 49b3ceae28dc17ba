import { join } from "node:path";

/** The folder whose packages are measured: this repository, or another state of it that it is compared with. */
const ROOT = process.env["ARMATURE_ROOT"] ?? join(import.meta.dirname, "../../..");

/** A built module of the measured state; the caller names its type. */
export async function load<T>(file: string): Promise<T> {
  return (await import(join(ROOT, "packages", file))) as T;
}
