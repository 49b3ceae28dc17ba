import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseWireFile } from "./parse-wire-file.ts";
import type { WireCase } from "./wire-case.ts";

const FOLDER = join(import.meta.dirname, "../../wire");

/** All cases of conformance/wire. */
export function readCases(): WireCase[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".md") && file !== "README.md");
  return files.toSorted().flatMap((file) => parseWireFile(file, readFileSync(join(FOLDER, file), "utf8")));
}
