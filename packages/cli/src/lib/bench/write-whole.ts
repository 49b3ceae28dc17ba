import { rename, rm, writeFile } from "node:fs/promises";

/** Writes a file whole or not at all: what stood there stays until the new text is complete. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
