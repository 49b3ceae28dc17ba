import { parseLines } from "./parse-bytes.ts";
import { parseExpect } from "./parse-expect.ts";
import type { Expectation, WireCase, WireStep } from "./wire-case.ts";

interface Block {
  /** What stands behind the fence, e.g. "request end". */
  readonly info: string;
  readonly lines: readonly string[];
  /** Line of its first line, from 1. */
  readonly line: number;
}

interface Section {
  readonly title: string;
  readonly line: number;
  readonly text: readonly string[];
  readonly blocks: readonly Block[];
}

/**
 * Reads a Markdown file of wire cases; see conformance/wire/README.md for the format.
 * @throws SyntaxError with file and line for whatever is not in that format
 */
export function parseWireFile(file: string, text: string): WireCase[] {
  const cases = splitSections(file, text.split("\n")).map((section) => toCase(file, section));
  const titles = new Set<string>();
  for (const { title, line } of cases) {
    if (titles.has(title)) throw new SyntaxError(`${file}:${line} "${title}" is there twice`);
    titles.add(title);
  }
  return cases;
}

/** Everything below a "## " up to the next; what stands before the first is an introduction. */
function splitSections(file: string, lines: readonly string[]): Section[] {
  const sections: { title: string; line: number; text: string[]; blocks: Block[] }[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const section = sections.at(-1);
    if (line.startsWith("## ")) {
      sections.push({ title: line.slice(3).trim(), line: at + 1, text: [], blocks: [] });
    } else if (section !== undefined && line.startsWith("```")) {
      const block = readBlock(file, lines, at);
      section.blocks.push(block);
      at += block.lines.length + 1;
    } else section?.text.push(line);
  }
  return sections;
}

function readBlock(file: string, lines: readonly string[], at: number): Block {
  const end = lines.indexOf("```", at + 1);
  if (end < 0) throw new SyntaxError(`${file}:${at + 1} the block has no end`);
  return { info: (lines[at] ?? "").slice(3).trim(), lines: lines.slice(at + 1, end), line: at + 2 };
}

function toCase(file: string, { title, line, text, blocks }: Section): WireCase {
  const reference = /RFC \d{4}, [A-Z]?[\d.]*\d/.exec(text.join("\n"))?.[0];
  if (reference === undefined)
    throw new SyntaxError(`${file}:${line} names no section such as "RFC 9112, 7.1"`);
  if (blocks.length === 0 || blocks.length % 2 === 1)
    throw new SyntaxError(`${file}:${line} needs a request block and an expect block for each step`);
  const steps = blocks.flatMap((block, at) => (at % 2 === 0 ? [toStep(file, block, blocks[at + 1])] : []));
  if (steps.at(-1)?.expect.state === null)
    throw new SyntaxError(
      `${file}:${line} does not say what becomes of the connection: open, close or either`,
    );
  return { file, line, title, reference, steps };
}

function toStep(file: string, request: Block, expect: Block | undefined): WireStep {
  const [kind, ...flags] = request.info.split(" ");
  if (kind !== "request" || flags.some((flag) => flag !== "end"))
    throw new SyntaxError(
      `${file}:${request.line - 1} should be "request" or "request end" (got "${request.info}")`,
    );
  if (expect?.info !== "expect")
    throw new SyntaxError(`${file}:${request.line - 1} has no expect block after it`);
  return {
    request: located(file, request, () => parseLines(request.lines)),
    ends: flags.includes("end"),
    expect: located(file, expect, (): Expectation => parseExpect(expect.lines, expect.line)),
  };
}

function located<T>(file: string, block: Block, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(`${file}:${block.line} ${reason}`, { cause: error });
  }
}
