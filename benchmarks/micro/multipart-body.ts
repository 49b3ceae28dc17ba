import { lastWord } from "./benchmarks.ts";

const BOUNDARY = "----benchmark-boundary-7MA4YWxkTrZu0gW";

/** How a body of parts is announced. */
export const MULTIPART_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** Ten short fields, or a field and a file of so many bytes. */
export function multipartBody(benchmark: string): Buffer {
  const parts = benchmark.endsWith("fields")
    ? Array.from({ length: 10 }, (_none, at) => field(`field${at}`, `value ${at}`))
    : [field("title", "A file"), file("file", "x".repeat(Number(lastWord(benchmark))))];
  return Buffer.from(`${parts.join("")}--${BOUNDARY}--\r\n`);
}

/** One part as a text that says what it is; of a file its size. */
export function showPart(name: string, content: string | number): string {
  return `${name}=${content}`;
}

function field(name: string, value: string): string {
  return part(`name="${name}"`, value);
}

function file(name: string, content: string): string {
  return part(`name="${name}"; filename="f.bin"\r\ncontent-type: application/octet-stream`, content);
}

function part(disposition: string, content: string): string {
  return `--${BOUNDARY}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
}
