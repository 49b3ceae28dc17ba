import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Exchange, HeaderBlock, isNullBodyStatus } from "@armature/http";
import { sendRequest } from "../app/harness/http-client.ts";
import { toStream } from "../memory-stream.ts";
import { parseAnswers } from "../wire/parse-answers.ts";
import type { FuzzProperty } from "./fuzz-property.ts";
import { MemoryServer } from "./memory-server.ts";
import { fieldList } from "./request-model.ts";

/** An answer as an application gives it. */
interface AnswerModel {
  readonly status: number;
  /** Fields that are encoded ahead, and fields of this answer alone. */
  readonly block: readonly (readonly [string, string])[];
  readonly fields: readonly (readonly [string, string])[];
  readonly pieces: readonly Buffer[];
  /** Whole, piece by piece with the length ahead, or piece by piece. */
  readonly kind: "whole" | "sized" | "chunked";
  /** Whether it is given in a later turn of the event loop. */
  readonly later: boolean;
}

const answerModel: fc.Arbitrary<AnswerModel> = fc.record({
  status: fc.oneof(fc.constantFrom(200, 201, 204, 304, 404, 500), fc.integer({ min: 200, max: 599 })),
  block: fieldList,
  fields: fieldList,
  pieces: fc.array(
    fc
      .oneof(
        { weight: 8, arbitrary: fc.uint8Array({ maxLength: 60 }) },
        {
          weight: 1,
          arbitrary: fc.integer({ min: 1000, max: 70_000 }).map((size) => new Uint8Array(size).fill(97)),
        },
      )
      .map((bytes) => Buffer.from(bytes)),
    { maxLength: 4 },
  ),
  kind: fc.constantFrom("whole", "sized", "chunked"),
  later: fc.boolean(),
});

function give(exchange: Exchange, { status, block, fields, pieces, kind }: AnswerModel): void {
  const head = { status, block: new HeaderBlock(block.flat()), fields: fields.flat() };
  const body = Buffer.concat(pieces);
  if (kind === "whole") return exchange.respond(head, body);
  const writer = exchange.stream(head, kind === "sized" ? body.length : null);
  for (const piece of pieces) writer.write(Uint8Array.from(piece));
  writer.end();
}

/** What a client must make of an answer. */
function meant({ status, block, fields, pieces }: AnswerModel): {
  status: number;
  fields: string[];
  body: string;
} {
  const body = isNullBodyStatus(status) ? "" : Buffer.concat(pieces).toString("latin1");
  return { status, body, fields: [...block, ...fields].map(lineOf) };
}

function lineOf([name, value]: readonly [string, string]): string {
  return `${name.toLowerCase()}: ${value}`;
}

/** The fields that the application gave; the engine's own are left out. */
function ownFields(all: readonly (readonly [string, string])[]): string[] {
  return all.filter(([name]) => name.startsWith("x-")).map(lineOf);
}

/** A server whose application answers with what it is given. */
class AnsweringServer implements AsyncDisposable {
  readonly server: MemoryServer;
  readonly #answers: AnswerModel[];

  private constructor(server: MemoryServer, answers: AnswerModel[]) {
    this.server = server;
    this.#answers = answers;
  }

  static async start(): Promise<AnsweringServer> {
    const answers: AnswerModel[] = [];
    const server = await MemoryServer.start((exchange) => {
      const model = answers.shift();
      if (model === undefined) throw new Error("more requests than answers");
      if (model.later) setImmediate(() => give(exchange, model));
      else give(exchange, model);
    });
    return new AnsweringServer(server, answers);
  }

  next(models: readonly AnswerModel[]): void {
    this.#answers.splice(0, Infinity, ...models);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]();
  }
}

const GET = Buffer.from("GET / HTTP/1.1\r\nhost: a\r\n\r\n");

const strictly: FuzzProperty = {
  name: "pipelined answers of every kind are what the application gave, to a strict reader",
  open: async () => {
    const answering = await AnsweringServer.start();
    const models = fc.array(answerModel, { minLength: 1, maxLength: 5 });
    const property = fc.asyncProperty(models, async (given) => {
      answering.next(given);
      const text = await answering.server.play([Buffer.concat(given.map(() => GET))]);
      const { complete, rest } = parseAnswers(text, new Set(), true);
      assert.equal(rest, "");
      assert.deepEqual(
        complete.map(({ status, headers, body }) => ({ status, body, fields: ownFields(headers) })),
        given.map(meant),
      );
    });
    return { property, [Symbol.asyncDispose]: () => answering[Symbol.asyncDispose]() };
  },
};

const byNode: FuzzProperty = {
  name: "answers of every kind are what the application gave, to node:http",
  cost: 2,
  open: async () => {
    const answering = await AnsweringServer.start();
    const property = fc.asyncProperty(answerModel, fc.constantFrom("GET", "HEAD"), async (given, method) => {
      answering.next([given]);
      const answer = await sendRequest(() => toStream(answering.server.connect()), method, "/");
      const { status, body, fields } = meant(given);
      assert.equal(answer.status, status);
      assert.equal(answer.cut, false);
      assert.equal(answer.bytes.toString("latin1"), method === "HEAD" ? "" : body);
      assert.deepEqual(ownFields(answer.fields), fields);
    });
    return { property, [Symbol.asyncDispose]: () => answering[Symbol.asyncDispose]() };
  },
};

/** What holds for every answer. */
export const ANSWER_PROPERTIES: readonly FuzzProperty[] = [strictly, byNode];
