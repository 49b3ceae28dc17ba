/** The queries of the tests, the same for every server. */
import postgres from "postgres";
import { type Fortune, renderFortunes } from "../fortunes-page.ts";

const WORLDS = 10_000;
const MAX_QUERIES = 500;

const sql = postgres(process.env["DATABASE_URL"] ?? "", { max: 16, onnotice: () => {} });

interface World {
  readonly id: number;
  readonly randomNumber: number;
}

const cached = new Map<number, World>();
for (const row of await sql<World[]>`SELECT id, randomnumber AS "randomNumber" FROM world`)
  cached.set(row.id, { ...row });

function random(): number {
  return 1 + Math.floor(Math.random() * WORLDS);
}

/** How many rows a parameter asks for. */
export function countOf(parameter: unknown): number {
  const count = Math.trunc(Number(parameter));
  return count > 1 ? Math.min(count, MAX_QUERIES) : 1;
}

async function find(id: number): Promise<World> {
  const [row] = await sql<World[]>`SELECT id, randomnumber AS "randomNumber" FROM world WHERE id = ${id}`;
  if (row === undefined) throw new Error(`There is no row ${id}.`);
  return row;
}

export async function findOne(): Promise<World> {
  return await find(random());
}

/** A query for each row, as the rules ask. */
export async function findMany(count: number): Promise<World[]> {
  return await Promise.all(Array.from({ length: count }, () => find(random())));
}

export function findCached(count: number): (World | undefined)[] {
  return Array.from({ length: count }, () => cached.get(random()));
}

/** Reads rows one by one and writes them at once, in the order of their ids: two requests never wait for each other in a circle. */
export async function updateMany(count: number): Promise<World[]> {
  const ids = new Set<number>();
  while (ids.size < count) ids.add(random());
  const sorted = [...ids].toSorted((a, b) => a - b);
  const rows = await Promise.all(sorted.map(find));
  const changed = rows.map(({ id }) => ({ id, randomNumber: random() }));
  const numbers = changed.map(({ randomNumber }) => randomNumber);
  await sql`
    WITH locked AS (SELECT id FROM world WHERE id = ANY(${sorted}::int[]) ORDER BY id FOR UPDATE)
    UPDATE world SET randomnumber = new.number
    FROM unnest(${sorted}::int[], ${numbers}::int[]) AS new(id, number), locked
    WHERE world.id = new.id AND locked.id = new.id`;
  return changed;
}

export async function fortunesPage(): Promise<string> {
  const rows = await sql<Fortune[]>`SELECT id, message FROM fortune`;
  return renderFortunes([...rows, { id: 0, message: "Additional fortune added at request time." }]);
}
