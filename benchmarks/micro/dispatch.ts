/** Nanoseconds that `core` takes for one request, from an exchange to its answer, without an engine: `node benchmarks/micro/dispatch.ts`. */
import { armature, HeaderList, silentLogger, type AppOptions, type Exchange } from "armature";
import { z } from "zod";

const target = Buffer.from("GET /json HTTP/1.1");
const declaredTarget = Buffer.from("GET /declared HTTP/1.1");
const userTarget = Buffer.from("GET /users/42 HTTP/1.1");
let answered = 0;

class BenchExchange {
  readonly method = "GET";
  readonly version = "1.1";
  readonly bytes: Uint8Array;
  readonly targetStart = 4;
  readonly targetEnd: number;
  readonly target: string;
  readonly headers: HeaderList = HeaderList.fromPairs([]);
  readonly answered = false;
  constructor(bytes: Buffer, text: string) {
    this.bytes = bytes;
    this.target = text;
    this.targetEnd = 4 + text.length;
  }
  respond(): void {
    answered++;
  }
}

const Message = z.object({ message: z.string() });

async function measure(name: string, options: AppOptions, bytes: Buffer, text: string): Promise<void> {
  const app = await armature({ logger: silentLogger, ...options })
    .get("/json", () => ({ message: "Hello, World!" }))
    .get("/declared", { response: Message }, () => ({ message: "Hello, World!" }))
    .get("/users/:id", ({ params }) => ({ id: params.id, name: "Ada" }))
    .ready();
  const run = (count: number): number => {
    const start = process.hrtime.bigint();
    for (let at = 0; at < count; at++) app.handle(new BenchExchange(bytes, text) as unknown as Exchange);
    return Number(process.hrtime.bigint() - start) / count;
  };
  run(300_000);
  const samples = Array.from({ length: 7 }, () => run(300_000)).toSorted((a, b) => a - b);
  process.stdout.write(
    `${name}: ${samples[3]?.toFixed(0)} ns (${samples[0]?.toFixed(0)}-${samples[6]?.toFixed(0)})\n`,
  );
}

await measure("json", {}, target, "/json");
await measure("json without request id", { requestId: false }, target, "/json");
await measure("declared json, checked in full", { checkAnswers: true }, declaredTarget, "/declared");
await measure("declared json, checked by its kinds", { checkAnswers: false }, declaredTarget, "/declared");
await measure("user", {}, userTarget, "/users/42");
if (answered === 0) throw new Error("Nothing was answered.");
