import { badRequest, inject, post, type MultipartPart } from "armature";
import { z } from "zod";
import { StoredFile } from "./upload.schema.ts";
import { UploadStore } from "./upload.store.ts";

const MIB = 1024 * 1024;

/** The undecorated spelling: routes are fields, and every type is inferred. */
export class UploadController {
  static readonly path = "/api/uploads";
  readonly #store = inject(UploadStore);

  readonly upload = post(
    "/",
    { maxBodyBytes: 64 * MIB, response: { 201: z.object({ files: z.array(StoredFile) }) } },
    async ({ body, reply }) => {
      const files = await this.#saveAll(body.multipart({ maxFiles: 5 }));
      if (files.length === 0) badRequest('Send at least one file, e.g. curl -F "file=@photo.jpg".');
      return reply(201, { files });
    },
  );

  /** All or nothing: where one file fails, or the client leaves, those before it go as well. */
  async #saveAll(parts: AsyncIterable<MultipartPart>) {
    const files: StoredFile[] = [];
    try {
      for await (const part of parts) if (part.kind === "file") files.push(await this.#store.save(part));
    } catch (error) {
      await this.#store.remove(files);
      throw error;
    }
    return files;
  }
}
