import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hostTarget, withFlags } from "./native-module.ts";

const HELP = `npm run fuzz:wire [-- --seconds=N]

Gives the parser in Rust inputs that libFuzzer steers by what they reach, for N seconds (default 60). Needs cargo, and a compiler for
C++. What was found stays in native/fuzz/corpus, and what failed in native/fuzz/artifacts.
`;

const FOLDER = join(import.meta.dirname, "../native/fuzz");

/** What libFuzzer needs of the compiler; the stable one has it. */
const COVERAGE = [
  "-Cpasses=sancov-module",
  "-Cllvm-args=-sanitizer-coverage-level=4",
  "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
  "-Cllvm-args=-sanitizer-coverage-pc-table",
  "-Cllvm-args=-sanitizer-coverage-trace-compares",
  "--cfg=fuzzing",
].join(" ");

/** Where every run begins, so that it need not find out first what HTTP and frames are. */
const SEEDS: readonly string[] = [
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "POST /a?b=c HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
  "PROPPATCH /%20 HTTP/1.0\r\nhost: a%20b:65535\r\nconnection: keep-alive\r\nAccept-Language: \t de \t\r\nx-own:\r\n\r\n",
  "\x81\x85\x01\x02\x03\x04igohn\x89\x80\x05\x06\x07\x08",
  `\x82\xfe\x00\xc8\x01\x02\x03\x04${"b".repeat(200)}\x01\x81\x00\x00\x00\x00\xc3\x80\x81\x00\x00\x00\x00\xa4`,
];

/** Words of the grammar. */
const DICTIONARY = [
  "Host",
  "Connection",
  "Content-Length",
  "Transfer-Encoding",
  "chunked",
  "HTTP/1.1",
  "\\x0d\\x0a",
];

function main(): number {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: "60" }, help: { type: "boolean" } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const corpus = join(FOLDER, "corpus");
  mkdirSync(corpus, { recursive: true });
  mkdirSync(join(FOLDER, "artifacts"), { recursive: true });
  for (const [at, seed] of SEEDS.entries()) writeFileSync(join(corpus, `seed-${at}`), seed, "latin1");
  writeFileSync(
    join(corpus, "..", "artifacts", "words.dict"),
    DICTIONARY.map((word) => `"${word}"\n`).join(""),
  );
  return run(values.seconds);
}

/** Built for a named target, so that the flags are not those of build scripts too. */
function run(seconds: string): number {
  const { status } = spawnSync(
    "cargo",
    [
      "run",
      "--release",
      `--target=${hostTarget()}`,
      "--",
      "corpus",
      `-max_total_time=${seconds}`,
      "-dict=artifacts/words.dict",
      "-artifact_prefix=artifacts/",
      "-max_len=600",
      "-print_final_stats=1",
    ],
    { cwd: FOLDER, stdio: "inherit", env: withFlags(COVERAGE) },
  );
  return status ?? 1;
}

process.exitCode = main();
