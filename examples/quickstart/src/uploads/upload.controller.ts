import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { randomUUID } from "node:crypto";
import { badRequest, inject, post, type MultipartFile, type OnModuleInit } from "armature";
import { CONFIG } from "../config.ts";

/** What is told of a stored file. */
interface StoredFile {
  readonly name: string;
  readonly id: string;
  readonly bytes: number;
}

/** The undecorated spelling: routes are fields, and every type is inferred. */
export class UploadController implements OnModuleInit {
  static readonly path = "/api/uploads";
  readonly #config = inject(CONFIG);

  readonly upload = post("/", { maxBodyBytes: 64 * 1024 * 1024 }, async ({ body, reply }) => {
    const files: StoredFile[] = [];
    for await (const part of body.multipart({ maxFiles: 5 })) {
      if (part.kind === "file") files.push(await this.#store(part));
    }
    if (files.length === 0) badRequest('Send at least one file, e.g. curl -F "file=@photo.jpg".');
    return reply(201, { files });
  });

  async onModuleInit(): Promise<void> {
    await mkdir(this.#config.uploadDir, { recursive: true });
  }

  /** The name on disk is our own: the client's is not to be trusted. */
  async #store(file: MultipartFile): Promise<StoredFile> {
    const id = randomUUID();
    const path = join(this.#config.uploadDir, id);
    const target = createWriteStream(path, { flags: "wx" });
    try {
      await pipeline(file.stream(), target);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { name: file.filename, id, bytes: target.bytesWritten };
  }
}
