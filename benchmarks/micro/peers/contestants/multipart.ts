import { Busboy } from "@fastify/busboy";
import { MULTIPART_TYPE, multipartBody, showPart } from "../../multipart-body.ts";
import type { Operation } from "../../operation.ts";

export function operationOf(benchmark: string, contestant: string): Operation {
  const body = multipartBody(benchmark);
  const run = (): Promise<string> => (contestant === "form-data" ? readFormData(body) : readBusboy(body));
  return { run, isAsync: true, answer: run };
}

/** The parser that is below Armature's, on its own. */
async function readBusboy(body: Buffer): Promise<string> {
  const shown: string[] = [];
  const parser = new Busboy({ headers: { "content-type": MULTIPART_TYPE } });
  await new Promise<void>((resolve, reject) => {
    parser.on("field", (name: string, value: string) => void shown.push(showPart(name, value)));
    parser.on("file", (name: string, stream: NodeJS.ReadableStream) => {
      let bytes = 0;
      stream.on("data", (chunk: Buffer) => (bytes += chunk.length));
      stream.on("end", () => void shown.push(showPart(name, bytes)));
    });
    parser.once("finish", resolve);
    parser.once("error", reject);
    parser.end(body);
  });
  return shown.join();
}

/** That of Node's own `fetch`. */
async function readFormData(body: Buffer): Promise<string> {
  const form = await new Response(body, { headers: { "content-type": MULTIPART_TYPE } }).formData();
  return [...form]
    .map(([name, value]) => showPart(name, typeof value === "string" ? value : value.size))
    .join();
}
