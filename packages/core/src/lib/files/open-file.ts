import { constants, type BigIntStats } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { HttpError } from "@armature/http";

/** A file that is open for reading. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly stats: BigIntStats;
}

/** Why a path cannot be opened, to the client all the same: there is no such file. */
const MISSING = new Set([
  "ENOENT",
  "ENOTDIR",
  "EACCES",
  "EPERM",
  "ENAMETOOLONG",
  "EISDIR",
  "ELOOP",
  "ENXIO",
  "EINVAL",
]);

/** The real path of a file below a folder; `null` where it is not there, lies outside, or passes a hidden name. */
export async function findBelow(root: string, path: string, dotfiles: boolean): Promise<string | null> {
  if (path.includes("\0") || (sep === "\\" && path.includes(":"))) return null;
  if (!dotfiles && path.split(/[/\\]/).some((name) => name.startsWith(".") && name !== ".")) return null;
  const folder = await toRealPath(root);
  const wanted = folder === null ? null : await toRealPath(resolve(folder, `.${sep}${path}`));
  if (folder === null || wanted === null) return null;
  // Symbolic links are followed first, so one that leads outside is outside.
  return wanted === folder || wanted.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? wanted : null;
}

async function toRealPath(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Opens a regular file; `null` where there is none, "folder" for a folder. */
export async function openFile(path: string): Promise<OpenFile | "folder" | null> {
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK opening a named pipe would wait for its writer.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (isMissing(error)) return null;
    throw new HttpError(500, "E_FILE_READ", "The file could not be read.", { cause: error });
  }
  const stats = await handle.stat({ bigint: true });
  if (stats.isFile()) return { handle, stats };
  await handle.close();
  return stats.isDirectory() ? "folder" : null;
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && MISSING.has(error.code)
  );
}
