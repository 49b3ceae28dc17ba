import type { LoadRequest } from "@armature/cli/bench";
import { type ServerCommand, startServer } from "../lib/server-process.ts";
import type { Case } from "./cases.ts";

/** What a server answers to a case, as one text that those of other servers can be held against. */
export async function answersOf(
  command: ServerCommand,
  { requests, refused = [] }: Case,
): Promise<readonly string[]> {
  const server = await startServer(command);
  try {
    const answers: string[] = [];
    for (const request of requests) answers.push(await answerTo(server.port, request));
    for (const request of refused) answers.push(await refusalOf(server.port, request));
    return answers;
  } finally {
    await server.stop();
  }
}

/** The first answer that is another one, or null. */
export function differenceOf(expected: readonly string[], got: readonly string[]): string | null {
  const at = expected.findIndex((answer, index) => answer !== got[index]);
  return at < 0 ? null : `Request ${at + 1} is answered ${short(got[at])}, and not ${short(expected[at])}.`;
}

function short(answer = "nothing"): string {
  return answer.length > 120 ? `${answer.slice(0, 120)}...` : answer;
}

async function answerTo(port: number, request: LoadRequest): Promise<string> {
  const response = await send(port, request);
  return `${response.status} ${await response.text()}`;
}

async function refusalOf(port: number, request: LoadRequest): Promise<string> {
  const { status } = await send(port, request);
  return status >= 400 && status < 500 ? "refused" : `taken with ${status}`;
}

async function send(
  port: number,
  { method = "GET", path, headers = {}, body }: LoadRequest,
): Promise<Response> {
  const content = typeof body === "number" ? "x".repeat(body) : body;
  const init = content === undefined ? { method, headers } : { method, headers, body: content };
  return await fetch(`http://127.0.0.1:${port}${path}`, init);
}
