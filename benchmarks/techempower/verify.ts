import type { Database } from "./database.ts";
import {
  type Answer,
  fortuneProblems,
  jsonProblems,
  plaintextProblems,
  updateProblems,
  type World,
  worldProblems,
  worldsProblems,
} from "./rules.ts";

/** What a server is asked for in the tests that take a count, and how the parameter is called. */
const COUNTED = { queries: "queries", updates: "queries", "cached-queries": "count" } as const;
const PARAMETERS = ["", "foo", "0", "-1", "1", "20", "500", "501"];

/** The tests, in the order of the benchmark's list. */
export const TESTS = ["json", "plaintext", "db", "queries", "fortunes", "updates", "cached-queries"] as const;
export type TestName = (typeof TESTS)[number];

/** Holds the answers of a server to a test against the rules; lists what is wrong. */
export async function verify(port: number, test: TestName, database: Database): Promise<string[]> {
  const get = async (path: string): Promise<Answer> => await ask(port, path);
  switch (test) {
    case "json":
      return jsonProblems(await get("/json"));
    case "plaintext":
      return plaintextProblems(await get("/plaintext"));
    case "db":
      return worldProblems(await get("/db"));
    case "fortunes":
      return fortuneProblems(await get("/fortunes"));
    default:
      return await verifyCounted(port, test, database);
  }
}

async function verifyCounted(
  port: number,
  test: keyof typeof COUNTED,
  database: Database,
): Promise<string[]> {
  const problems: string[] = [];
  const seen = new Set<number>();
  for (const parameter of PARAMETERS) {
    const answer = await ask(port, `/${test}?${COUNTED[test]}=${parameter}`);
    const found = worldsProblems(answer, parameter);
    problems.push(...found);
    if (found.length > 0) continue;
    const rows = JSON.parse(answer.body) as World[]; // the rules found nothing wrong
    for (const { id } of rows) seen.add(id);
    if (test === "updates") problems.push(...updateProblems(rows, stored(database, rows)));
  }
  const without = worldsProblems(await ask(port, `/${test}`), "");
  // A thousand rows that are chosen by chance are hundreds of different ones.
  return [...problems, ...without, ...(seen.size < 200 ? [`Only ${seen.size} different rows came.`] : [])];
}

function stored(database: Database, rows: readonly World[]): Map<number, number> {
  const ids = rows.map(({ id }) => id).join(", ");
  const lines = database.query(`SELECT id, randomnumber FROM world WHERE id IN (${ids})`);
  return new Map(
    lines.map((line) => {
      const [id, number] = line.split("|");
      return [Number(id), Number(number)];
    }),
  );
}

async function ask(port: number, path: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}
