import { LineSplitter } from "./line-splitter.ts";
import { textPieces } from "./text-pieces.ts";

/** The lines of a body as they arrive, without their ends. */
export async function* readLines(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const splitter = new LineSplitter();
  for await (const piece of textPieces(body, signal)) yield* splitter.push(piece);
  const last = splitter.end();
  if (last !== null) yield last;
}
