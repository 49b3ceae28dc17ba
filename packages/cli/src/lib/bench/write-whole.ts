import { lstat, realpath, rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes a file whole or not at all: what stood there stays until the new text is complete. What a link leads to is written, and a device or a
 * pipe is written to and not replaced.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  if (await isNoFile(target)) return await writeFile(target, text);
  const beside = `${target}.${process.pid}.part`;
  try {
    await writeFile(beside, text);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function isNoFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found !== null && !found.isFile();
}
