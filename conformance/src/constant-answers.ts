import { type ConstantAnswer, type ConstantAnswers, type Exchange, HeaderBlock } from "@armature/http";

const TEXT = new HeaderBlock(["content-type", "text/plain"]);

/** More than a client takes that does not read, after a few hundred of them. */
export const LARGE: string = "x".repeat(60_000);

/** What the engines of a test may answer by themselves. */
const ANSWERS: readonly ConstantAnswer[] = [
  ...both("/c", "constant"),
  ...both("/large", LARGE),
  ...both("/bytes", Buffer.from("\u00e4\u00f6\u00fc")),
  { method: "GET", target: "/get-only", head: { status: 200, block: TEXT, fields: null }, body: "get" },
  {
    method: "GET",
    target: "/gone",
    head: { status: 410, block: new HeaderBlock(["date", "never"]), fields: null },
    body: "gone",
  },
  {
    method: "GET",
    target: "/none",
    head: { status: 204, block: HeaderBlock.empty, fields: null },
    body: null,
  },
  {
    method: "GET",
    target: "/closes",
    head: { status: 200, block: new HeaderBlock(["connection", "close"]), fields: null },
    body: "bye",
  },
];

function both(target: string, body: string | Uint8Array): ConstantAnswer[] {
  const head = { status: 200, block: TEXT, fields: null };
  return (["GET", "HEAD"] as const).map((method) => ({ method, target, head, body }));
}

/** The option of a listener. */
export function constants(mayAnswer: () => boolean = () => true): ConstantAnswers {
  return { answers: ANSWERS, mayAnswer };
}

/** Answers what is constant, as a handler has to; gives whether it was. */
export function answerConstant(exchange: Exchange): boolean {
  const answer = ANSWERS.find(
    ({ method, target }) => method === exchange.method && target === exchange.target,
  );
  if (answer === undefined) return false;
  exchange.respond(answer.head, answer.body);
  return true;
}
