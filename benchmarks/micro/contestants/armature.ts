/** Armature's operations, one for each group of benchmarks. */
import type * as ArmatureModule from "armature";
import type * as RouterModule from "@armature/router";
import type * as SchemaModule from "@armature/schema";
import { COOKIES, lastWord, readRouting } from "../benchmarks.ts";
import { type Operation, plain } from "../operation.ts";
import { SCHEMAS, VALUES } from "../payloads.ts";
import { lookedUp, routeTable } from "../route-table.ts";
import { throughEngine, throughFetch } from "./armature-app.ts";
import { resolveRequest, resolveSingleton } from "./armature-di.ts";
import { multipart } from "./armature-multipart.ts";
import { parseFrames, serializeFrames } from "./armature-websocket.ts";
import { load } from "./load.ts";

export async function operationOf(benchmark: string, contestant: string): Promise<Operation> {
  const [group, name] = benchmark.split("/");
  switch (group) {
    case "full_cycle":
    case "middleware":
      return await (contestant === "armature-fetch" ? throughFetch(benchmark) : throughEngine(benchmark));
    case "routing":
      return await routing(benchmark, contestant === "armature-bytes");
    case "json_operations":
      return await (benchmark.includes("deserialize") ? parsing(benchmark) : serializing(benchmark));
    case "multipart":
      return await multipart(benchmark);
    case "websocket":
      return await (benchmark.includes("parse") ? parseFrames(benchmark) : serializeFrames(benchmark));
    case "di":
      return await (name === "resolve_singleton" ? resolveSingleton() : resolveRequest());
    default:
      return await cookies();
  }
}

/** A match with its parameters: of a target that is a string, or of the bytes of a request, as the engine has it. */
async function routing(benchmark: string, isBytes: boolean): Promise<Operation> {
  const { createRouter } = await load<typeof RouterModule>("router/dist/index.js");
  const { kind, count, isDistinct } = readRouting(benchmark);
  const { method, target } = lookedUp(kind, count, isDistinct);
  const router = createRouter(
    routeTable(count, isDistinct).map((route) => ({ ...route, value: `${route.method} ${route.path}` })),
  );
  const head = `${method} `;
  const bytes = Buffer.from(`${head}${target} HTTP/1.1\r\n\r\n`);
  const end = head.length + target.length;
  return plain(() => {
    const match = isBytes
      ? router.matchBytes(method, bytes, head.length, end)
      : router.matchString(method, target);
    if (match.kind !== "found") return "none";
    return match.params(target)["id"] === "" ? "an empty id" : match.value;
  });
}

async function serializing(benchmark: string): Promise<Operation> {
  const { createSerializer } = await load<typeof SchemaModule>("schema/dist/index.js");
  const size = lastWord(benchmark);
  const serializer = createSerializer(SCHEMAS[size] ?? {}, { allowsSource: true });
  return plain(() => serializer.serialize(VALUES[size]));
}

async function parsing(benchmark: string): Promise<Operation> {
  const { parseJson } = await load<{ parseJson: (text: string) => unknown }>(
    "core/dist/lib/context/parse-json.js",
  );
  const text = JSON.stringify(VALUES[lastWord(benchmark)]);
  return plain(() => parseJson(text), JSON.stringify);
}

async function cookies(): Promise<Operation> {
  const { parseCookies } = await load<typeof ArmatureModule>("armature/dist/index.js");
  return plain(() => parseCookies(COOKIES), JSON.stringify);
}
