import { HttpError } from "@armature/http";
import {
  compileValidator,
  createSerializer,
  describeSchema,
  isStandardSchema,
  SchemaError,
  type Checked,
  type JsonSchemaOptions,
  type Serializer,
  type StandardSchemaV1,
  type Validator,
} from "@armature/schema";
import { isThenable, type MaybePromise } from "../maybe-promise.ts";
import type { RouteInfo } from "../route/route-info.ts";
import type { ResponseMap } from "../route/route-schemas.ts";

/** How the answers of an application are checked. */
export interface AnswerSettings {
  /** Whether every answer is checked in full by its schema. */
  readonly checksAnswers: boolean;
  readonly jsonSchema: JsonSchemaOptions;
}

interface DeclaredAnswer {
  /** `null` where the serializer is check enough. */
  readonly validator: Validator<unknown> | null;
  readonly serializer: Serializer;
}

/** The answers that a route declares: what it sends is checked, and only what the schemas know is sent. */
export class AnswerContract {
  readonly #route: RouteInfo;
  readonly #answers = new Map<number, DeclaredAnswer | null>();

  constructor(route: RouteInfo, response: StandardSchemaV1 | ResponseMap, settings: AnswerSettings) {
    this.#route = route;
    const map: ResponseMap = isStandardSchema(response) ? { 200: response } : response;
    for (const [status, schema] of Object.entries(map))
      this.#answers.set(Number(status), toAnswer(schema, settings));
  }

  /** The status of a handler that returns nothing: the one declared without a body, else 200. */
  get emptyStatus(): number {
    return this.#answers.get(204) === null ? 204 : 200;
  }

  /** The text of an answer, or `null` where its status has no body; throws an HttpError 500 where the answer breaks the contract. */
  serialize(status: number, body: unknown): MaybePromise<string | null> {
    const answer = this.#answers.get(status);
    if (answer === undefined) throw this.#undeclared(status);
    if (answer === null) return this.#nothing(status, body);
    if (answer.validator === null) return this.#write(answer, body);
    const checked = answer.validator.validate(body);
    if (isThenable(checked))
      return Promise.resolve(checked).then((later) => this.#writeChecked(answer, later));
    return this.#writeChecked(answer, checked);
  }

  #write({ serializer }: DeclaredAnswer, body: unknown): string {
    try {
      return serializer.serialize(body);
    } catch (error) {
      if (!(error instanceof SchemaError) || error.code !== "E_SERIALIZE_MISMATCH") throw error;
      const [where] = error.message.split(/\.$/);
      throw this.#broken(
        "E_RESPONSE_INVALID",
        `broke its response schema (${where}); mend the handler or the schema`,
      );
    }
  }

  #writeChecked(answer: DeclaredAnswer, checked: Checked<unknown>): string {
    if (checked.ok) return this.#write(answer, checked.value);
    const problems = checked.problems
      .map((problem) => `${problem.path || "/"}: ${problem.message}`)
      .join("; ");
    throw this.#broken(
      "E_RESPONSE_INVALID",
      `broke its response schema (${problems}); mend the handler or the schema`,
    );
  }

  #nothing(status: number, body: unknown): null {
    if (body === undefined) return null;
    throw this.#broken(
      "E_RESPONSE_INVALID",
      `declares no body for status ${status} but answered with one; return undefined`,
    );
  }

  #undeclared(status: number): HttpError {
    const declared = [...this.#answers.keys()].join(", ");
    return this.#broken(
      "E_RESPONSE_UNDECLARED",
      `answered ${status}, but declares only ${declared}; add it to "response"`,
    );
  }

  #broken(code: string, what: string): HttpError {
    const { method, path, name } = this.#route;
    return new HttpError(500, code, `${method} ${path} (${name}) ${what}.`);
  }
}

function toAnswer(schema: StandardSchemaV1 | null, settings: AnswerSettings): DeclaredAnswer | null {
  if (schema === null) return null;
  const validator = compileValidator(schema);
  const { json, gaps, rewrites } = describeSchema(schema, "output", settings.jsonSchema);
  const serializer = createSerializer(json ?? true);
  // A schema that makes other values of them, or that JSON Schema tells only a part of, decides itself what is sent.
  const isNeeded = settings.checksAnswers || rewrites || gaps.length > 0 || !serializer.isBounded;
  return { validator: isNeeded ? validator : null, serializer };
}
