import type { MultipartOptions, MultipartPart } from "armature";
import { MULTIPART_TYPE, multipartBody, showPart } from "../multipart-body.ts";
import type { Operation } from "../operation.ts";
import { load } from "./load.ts";

interface MultipartModule {
  readonly parseMultipart: (
    chunks: AsyncIterable<Uint8Array>,
    contentType: string,
    options: MultipartOptions,
  ) => AsyncGenerator<MultipartPart, void, undefined>;
}

/** All parts of a body that has arrived, with their content. */
export async function multipart(benchmark: string): Promise<Operation> {
  const { parseMultipart } = await load<MultipartModule>("core/dist/lib/context/multipart.js");
  const body = multipartBody(benchmark);
  const run = async (): Promise<string> => {
    const shown: string[] = [];
    for await (const part of parseMultipart(inOnePiece(body), MULTIPART_TYPE, {}))
      shown.push(showPart(part.name, part.kind === "field" ? part.value : (await part.bytes()).length));
    return shown.join();
  };
  return { run, isAsync: true, answer: run };
}

async function* inOnePiece(body: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(body);
}
