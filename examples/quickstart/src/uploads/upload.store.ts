import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { inject, type MultipartFile, type OnModuleInit } from "armature";
import { CONFIG } from "../config.ts";
import type { StoredFile } from "./upload.schema.ts";

/** Keeps uploaded files in a folder. */
export class UploadStore implements OnModuleInit {
  readonly #config = inject(CONFIG);

  async onModuleInit() {
    await mkdir(this.#config.uploadDir, { recursive: true });
  }

  /** Writes a file as it arrives. The name on disk is our own: the client's is not to be trusted. */
  async save(file: MultipartFile): Promise<StoredFile> {
    const id = randomUUID();
    const path = this.#pathOf(id);
    const target = createWriteStream(`${path}.part`, { flags: "wx" });
    try {
      await pipeline(file.stream(), target);
      await rename(`${path}.part`, path);
    } catch (error) {
      await rm(`${path}.part`, { force: true });
      throw error;
    }
    return { id, name: file.filename, type: file.type, bytes: target.bytesWritten };
  }

  async remove(files: readonly StoredFile[]) {
    await Promise.all(files.map(({ id }) => rm(this.#pathOf(id), { force: true })));
  }

  #pathOf(id: string) {
    return join(this.#config.uploadDir, id);
  }
}
