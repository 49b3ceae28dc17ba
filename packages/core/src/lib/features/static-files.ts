import { statSync } from "node:fs";
import { ArmatureError } from "@armature/http";
import { FileBody, type FileOptions } from "../context/file-body.ts";
import type { Context } from "../context/context.ts";
import { Reply } from "../context/reply.ts";

/** How a folder is served. */
export interface StaticOptions extends Omit<FileOptions, "root" | "type" | "download"> {
  /** The file that stands for a folder; `false` for none. Default "index.html". */
  readonly index?: string | false;
  /** The path parameter that names the file. Default "path", as in `/assets/*path`. */
  readonly param?: string;
}

/**
 * Serves the files of a folder, with ETag, conditional and range requests; nothing outside the folder is reachable, not by "..",
 * not by escapes, not by symbolic links, and no file whose name starts with ".".
 *
 * @param root the folder; a relative one is taken from the working directory
 * @throws ArmatureError `E_STATIC_ROOT` where it is not a folder
 * @example
 * app.get("/assets/*path", staticFiles("public"));
 */
export function staticFiles(
  root: string,
  options: StaticOptions = {},
): (context: Context) => Reply<200, FileBody> {
  const { index = "index.html", param = "path", ...fileOptions } = options;
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ArmatureError(
      "E_STATIC_ROOT",
      `The folder of static files is not there: ${JSON.stringify(root)}; create it or mend the path.`,
    );
  }
  return (context) => {
    const path = String(context.request.params[param] ?? "");
    const isFolder = path === "" || path.endsWith("/");
    return new Reply(
      200,
      new FileBody(isFolder && index !== false ? path + index : path, { ...fileOptions, root }),
    );
  };
}
