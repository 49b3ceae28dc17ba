import { badRequest, defineError, inject, post, type MultipartFile, type MultipartPart } from "armature";
import { z } from "zod";
import { StoredFile } from "./upload.schema.ts";
import { UploadStore } from "./upload.store.ts";

const MIB = 1024 * 1024;

/** What no schema checks, because it is read piece by piece: a form with files. */
const FILES = {
  type: "object",
  properties: { file: { type: "string", format: "binary", description: "May be repeated." } },
  required: ["file"],
  additionalProperties: false,
};

const MultipartInvalid = defineError(400, "E_MULTIPART_INVALID");
const MultipartTooLarge = defineError(413, "E_MULTIPART_TOO_LARGE");

/** The undecorated spelling: routes are fields, and every type is inferred. */
export class UploadController {
  static readonly path = "/api/uploads";
  readonly #store = inject(UploadStore);

  readonly upload = post(
    "/",
    {
      maxBodyBytes: 64 * MIB,
      response: { 201: z.object({ files: z.array(StoredFile) }) },
      errors: [400, MultipartInvalid, MultipartTooLarge],
      docs: { summary: "Stores files", bodies: { "multipart/form-data": FILES } },
    },
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
      for await (const part of parts) files.push(await this.#store.save(assertFile(part)));
    } catch (error) {
      await this.#store.remove(files);
      throw error;
    }
    return files;
  }
}

/** The document names one field, so nothing else is taken. */
function assertFile(part: MultipartPart): MultipartFile {
  if (part.kind === "file" && part.name === "file") return part;
  return badRequest(`The form may have files in the field "file" only (got ${JSON.stringify(part.name)}).`);
}
