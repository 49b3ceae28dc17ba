import { readFileSync } from "node:fs";
import { BothParsers } from "./both-parsers.ts";
import { buildDiffer } from "./differ.ts";

const HELP = `node conformance/dist/native/corpus.js FILE.jsonl ...

Plays requests at the parser in Rust and at the TypeScript engine, and fails where they disagree. Each line is an object whose "b64"
is a request in base64; each is also played with a host field, without which few are plain.
`;

/** Compares the parsers on files of requests that stand elsewhere. */
async function main(files: readonly string[]): Promise<void> {
  if (files.length === 0) {
    process.stdout.write(HELP);
    return;
  }
  buildDiffer();
  await using parsers = new BothParsers();
  for (const file of files) {
    const counts = { cases: 0, plain: 0, faults: 0 };
    for (const line of readFileSync(file, "utf8").trim().split("\n")) {
      for (const bytes of variantsOf(readBytes(line))) {
        counts.cases++;
        try {
          counts.plain += await parsers.assertAgree([bytes]);
        } catch (error) {
          counts.faults++;
          process.stdout.write(`${JSON.stringify(bytes.toString("latin1"))}\n${String(error)}\n`);
        }
      }
    }
    const { cases, plain, faults } = counts;
    process.stdout.write(`${file}: ${cases} connections, ${plain} plain requests, ${faults} disagreements\n`);
    if (faults > 0) process.exitCode = 1;
  }
}

function readBytes(line: string): Buffer {
  const { b64 } = JSON.parse(line) as { readonly b64?: unknown };
  if (typeof b64 !== "string") throw new TypeError(`"${line.slice(0, 80)}" has no "b64".`);
  return Buffer.from(b64, "base64");
}

function variantsOf(bytes: Buffer): Buffer[] {
  const text = bytes.toString("latin1");
  const end = text.indexOf("\r\n");
  if (end < 0) return [bytes];
  return [bytes, Buffer.from(`${text.slice(0, end)}\r\nHost: a${text.slice(end)}`, "latin1")];
}

await main(process.argv.slice(2));
