import { constants, readlinkSync, type BigIntStats } from "node:fs";
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
  if (!isAllowed(path, dotfiles)) return null;
  const folder = await toRealPath(root);
  const wanted = folder === null ? null : await toRealPath(resolve(folder, `.${sep}${path}`));
  if (folder === null || wanted === null) return null;
  // Symbolic links are followed first, so one that leads outside is outside.
  return isBelow(wanted, folder) ? wanted : null;
}

/** Opens what {@link findBelow} finds; "folder" for a folder. */
export async function openBelow(
  root: string,
  path: string,
  dotfiles: boolean,
): Promise<OpenFile | "folder" | null> {
  if (!isAllowed(path, dotfiles)) return null;
  const file = await openDirectly(resolve(root), path);
  if (file !== undefined) return file;
  const found = await findBelow(root, path, dotfiles);
  return found === null ? null : await openFile(found);
}

/**
 * Opens a file and has the system say then where it is, which it does without looking at a disk: fewer trips to
 * the thread pool than {@link findBelow} makes. `undefined` where that does not say that the file is below the root.
 */
async function openDirectly(root: string, path: string): Promise<OpenFile | null | undefined> {
  const wanted = resolve(root, `.${sep}${path}`);
  if (process.platform !== "linux" || !isBelow(wanted, root)) return undefined;
  const folder = await realRoot(root);
  if (folder === null) return null;
  const file = await openFile(wanted);
  if (file === null) return null;
  // Of a folder nothing is open any more that the system could be asked for.
  if (file === "folder") return undefined;
  if (isBelow(placeOf(file.handle.fd), folder)) return file;
  await file.handle.close();
  return undefined;
}

/** The real path of what a descriptor is open for; "" where the system does not tell. */
function placeOf(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

/** Roots that were looked up lately, by their absolute paths. */
const roots = new Map<string, { readonly real: string; readonly untilMs: number }>();
/** Milliseconds that what a root is stays known; where it is another folder meanwhile, its files are outside of the known one, and found the long way. */
const ROOT_MS = 1000;
const MAX_ROOTS = 100;

async function realRoot(root: string): Promise<string | null> {
  const known = roots.get(root);
  if (known !== undefined && performance.now() < known.untilMs) return known.real;
  const real = await toRealPath(root);
  if (real === null) return null;
  if (roots.size >= MAX_ROOTS) roots.clear();
  roots.set(root, { real, untilMs: performance.now() + ROOT_MS });
  return real;
}

/** Whether a path can be that of a file that is sent. */
function isAllowed(path: string, dotfiles: boolean): boolean {
  if (path.includes("\0") || (sep === "\\" && path.includes(":"))) return false;
  return dotfiles || !path.split(/[/\\]/).some((name) => name.startsWith(".") && name !== ".");
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
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
