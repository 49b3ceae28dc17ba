import { HttpError } from "@armature/http";
import {
  compileValidator,
  createSerializer,
  isStandardSchema,
  type Checked,
  type Serializer,
  type StandardSchemaV1,
  type Validator,
} from "@armature/schema";
import { isThenable, type MaybePromise } from "../maybe-promise.ts";
import type { RouteInfo } from "../route/route-info.ts";
import type { ResponseMap } from "../route/route-schemas.ts";

interface DeclaredAnswer {
  readonly validator: Validator<unknown>;
  readonly serializer: Serializer;
}

/** The answers that a route declares: what it sends is checked, and only what the schemas know is sent. */
export class AnswerContract {
  readonly #route: RouteInfo;
  readonly #answers = new Map<number, DeclaredAnswer | null>();

  constructor(route: RouteInfo, response: StandardSchemaV1 | ResponseMap) {
    this.#route = route;
    const map: ResponseMap = isStandardSchema(response) ? { 200: response } : response;
    for (const [status, schema] of Object.entries(map)) this.#answers.set(Number(status), toAnswer(schema));
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
    const checked = answer.validator.validate(body);
    if (isThenable(checked)) return Promise.resolve(checked).then((later) => this.#write(answer, later));
    return this.#write(answer, checked);
  }

  #write(answer: DeclaredAnswer, checked: Checked<unknown>): string {
    if (checked.ok) return answer.serializer.serialize(checked.value);
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

function toAnswer(schema: StandardSchemaV1 | null): DeclaredAnswer | null {
  return schema === null
    ? null
    : { validator: compileValidator(schema), serializer: createSerializer(schema) };
}
