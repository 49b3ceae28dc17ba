/** What the seven tests ask of an answer; every function lists what is wrong. */

/** Rows of the table `world`, with ids and numbers from 1 to this. */
export const WORLDS = 10_000;
const MAX_QUERIES = 500;

/** Rows of the table `fortune`, with ids from 1. */
export const FORTUNES: readonly string[] = [
  "fortune: No such file or directory",
  "A computer scientist is someone who fixes things that aren't broken.",
  "After enough decimal places, nobody gives a damn.",
  "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1",
  "A computer program does what you tell it to do, not what you want it to do.",
  "Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen",
  "Any program that runs right is obsolete.",
  "A list is only as strong as its weakest link. — Donald Knuth",
  "Feature: A bug with seniority.",
  "Computers make very fast, very accurate mistakes.",
  '<script>alert("This should not be displayed in a browser alert box.");</script>',
  "フレームワークのベンチマーク",
];
/** The row that is added to those of the table by each request, with the id 0. */
export const ADDED_FORTUNE = "Additional fortune added at request time.";

/** An answer as the rules look at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How many rows a parameter asks for: what is no number or below 1 is 1, what is above 500 is 500. */
export function expectedCount(parameter: string): number {
  const count = /^[+-]?\d+$/.test(parameter) ? Number(parameter) : 1;
  return Math.min(MAX_QUERIES, Math.max(1, count));
}

/** The rules of every test: 200, the type of the content, its length, and who and when. */
export function headProblems({ status, headers }: Answer, type: string): string[] {
  const problems = status === 200 ? [] : [`The status is ${status}, and not 200.`];
  const got = headers["content-type"] ?? "nothing";
  if (!got.startsWith(type)) problems.push(`The content-type is ${got}, and not ${type}.`);
  if (type === "text/html" && !/charset=utf-8/i.test(got)) problems.push("HTML has no charset=utf-8.");
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined)
    problems.push("There is neither a content-length nor a transfer-encoding.");
  for (const name of ["server", "date"])
    if (headers[name] === undefined) problems.push(`The field ${name} is missing.`);
  return problems;
}

export function jsonProblems(answer: Answer): string[] {
  const problems = headProblems(answer, "application/json");
  const value = parse(answer.body);
  if (JSON.stringify(value) !== '{"message":"Hello, World!"}') problems.push(`The body is ${answer.body}.`);
  return problems;
}

export function plaintextProblems(answer: Answer): string[] {
  const problems = headProblems(answer, "text/plain");
  return answer.body === "Hello, World!" ? problems : [...problems, `The body is ${answer.body}.`];
}

/** One row of the table `world`. */
export interface World {
  readonly id: number;
  readonly randomNumber: number;
}

export function worldProblems(answer: Answer): string[] {
  return [...headProblems(answer, "application/json"), ...rowProblems(parse(answer.body))];
}

/** An array of as many rows as the parameter asks for. */
export function worldsProblems(answer: Answer, parameter: string): string[] {
  const problems = headProblems(answer, "application/json");
  const rows = parse(answer.body);
  if (!Array.isArray(rows)) return [...problems, "The body is no array."];
  const expected = expectedCount(parameter);
  if (rows.length !== expected)
    problems.push(`"${parameter}" gives ${rows.length} rows, and not ${expected}.`);
  return [...problems, ...rows.flatMap(rowProblems).slice(0, 5)];
}

function rowProblems(row: unknown): string[] {
  const { id, randomNumber } = (row ?? {}) as Partial<World>; // both are looked at
  return [id, randomNumber].every(isInRange) ? [] : [`${JSON.stringify(row)} is no row of the table.`];
}

function isInRange(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= WORLDS;
}

/** Rows that were answered as written and are not in the table. */
export function updateProblems(answered: readonly World[], stored: ReadonlyMap<number, number>): string[] {
  return answered
    .filter(({ id, randomNumber }) => stored.get(id) !== randomNumber)
    .map(({ id, randomNumber }) => `Row ${id} was answered ${randomNumber} and is ${stored.get(id)}.`);
}

/** The page: a table with every message escaped, the added one among them, sorted by message. */
export function fortuneProblems(answer: Answer): string[] {
  const problems = headProblems(answer, "text/html");
  if (!answer.body.toLowerCase().startsWith("<!doctype html>")) problems.push("The page has no doctype.");
  if (answer.body.includes("<script>")) problems.push("A message is not escaped.");
  const got = [...answer.body.matchAll(/<tr><td>(\d+)<\/td><td>(.*?)<\/td><\/tr>/gs)].map(
    ([, id, message = ""]) => `${id} ${unescapeHtml(message)}`,
  );
  const wanted = expectedFortunes();
  const at = wanted.findIndex((row, index) => row !== got[index]);
  if (at >= 0) problems.push(`Row ${at + 1} is "${got[at]}", and not "${wanted[at]}".`);
  if (got.length > wanted.length) problems.push(`There are ${got.length} rows, and not ${wanted.length}.`);
  return problems;
}

function expectedFortunes(): string[] {
  const rows = [ADDED_FORTUNE, ...FORTUNES].map((message, id) => ({ id, message }));
  return rows
    .toSorted((a, b) => (a.message < b.message ? -1 : 1))
    .map(({ id, message }) => `${id} ${message}`);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescapeHtml(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name = "") => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return ENTITIES[String(name)] ?? whole;
    },
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
