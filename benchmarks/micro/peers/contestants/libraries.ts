import { parseCookie } from "cookie";
import fastJson from "fast-json-stringify";
import secureJson from "secure-json-parse";
import { COOKIES, lastWord } from "../../benchmarks.ts";
import { type Operation, plain } from "../../operation.ts";
import { SCHEMAS, VALUES } from "../../payloads.ts";

export function operationOf(benchmark: string, contestant: string): Operation {
  const size = lastWord(benchmark);
  const value = VALUES[size];
  const text = JSON.stringify(value);
  switch (contestant) {
    case "json-stringify":
      return plain(() => JSON.stringify(value));
    case "fast-json-stringify": {
      const stringify = fastJson(SCHEMAS[size] as Parameters<typeof fastJson>[0]);
      return plain(() => stringify(value));
    }
    case "json-parse":
      return plain(() => JSON.parse(text), JSON.stringify);
    case "secure-json-parse":
      return plain(() => secureJson.parse(text), JSON.stringify);
    default:
      return plain(() => parseCookie(COOKIES), JSON.stringify);
  }
}
