import { ArmatureError, serializeCookie } from "@armature/http";
import { compileValidator, type InferOutput, type StandardSchemaV1 } from "@armature/schema";
import {
  encodeBody,
  toFormData,
  toSearchParams,
  type FormValues,
  type MultipartValues,
} from "./request-body.ts";
import {
  expectHeader,
  expectJson,
  expectStatus,
  toAssertionError,
  toDifference,
  type Difference,
  type Expectation,
} from "./expectation.ts";
import type { TestResponse } from "./test-response.ts";
import { assertHeader, assertTarget, type WireRequest } from "./wire-request.ts";

/** What carries requests to the application. */
export interface RequestCarrier {
  send(request: WireRequest): Promise<TestResponse>;
  /** Everything about a request and its answer that helps to understand why it is not what was expected. */
  report(request: WireRequest, response: TestResponse): string;
}

/**
 * A request in the making. It is sent when it is awaited, once, however often that is.
 *
 * @example
 * const response = await app.get("/users").query({ page: 2 }).header("accept", "application/json").expect(200);
 * const user = await app.post("/users").send({ name: "Ada" }).expect(201).json(User);
 */
export class TestRequest implements Promise<TestResponse> {
  readonly [Symbol.toStringTag]: string = "TestRequest";
  readonly #carrier: RequestCarrier;
  readonly #method: string;
  readonly #path: string;
  /** The stack of the test when it made the request: what is awaited through `then` loses its way back to it. */
  readonly #origin: string;
  readonly #fields: [name: string, value: string][] = [];
  readonly #cookies: string[] = [];
  readonly #query: string[] = [];
  readonly #expectations: Expectation[] = [];
  #body: { readonly value: unknown } | null = null;
  #request: WireRequest | null = null;
  #response: Promise<TestResponse> | null = null;

  /** @throws ArmatureError `E_TEST_TARGET` */
  constructor(carrier: RequestCarrier, method: string, path: string, origin: string) {
    assertTarget(path);
    this.#carrier = carrier;
    this.#method = method;
    this.#path = path;
    this.#origin = origin;
  }

  /** Whether the request was awaited. */
  get sent(): boolean {
    return this.#response !== null;
  }

  /** Adds a header line; `host`, `content-type` and `content-length` take the place of the usual one. @throws ArmatureError `E_TEST_HEADER` */
  header(name: string, value: string): this {
    assertHeader(name, value);
    return this.#change(() => this.#fields.push([name, value]));
  }

  /** Adds a cookie. */
  cookie(name: string, value: string): this {
    const [pair = ""] = serializeCookie(name, value).split(";", 1); // the rest is for answers
    return this.#change(() => this.#cookies.push(pair));
  }

  /** Adds query parameters; a list repeats its name. */
  query(values: FormValues): this {
    return this.#change(() => this.#query.push(String(toSearchParams(values))));
  }

  /** Sets the body: text, bytes, a `Blob` or form as they are, everything else as JSON. */
  send(body: unknown): this {
    return this.#change(() => void (this.#body = { value: body }));
  }

  /** Sets a urlencoded form as the body. */
  form(values: FormValues): this {
    return this.send(toSearchParams(values));
  }

  /**
   * Sets a multipart form as the body; files are `File` objects.
   *
   * @example
   * await app.post("/avatars").multipart({ name: "Ada", image: new File([bytes], "ada.png", { type: "image/png" }) });
   */
  multipart(values: MultipartValues | FormData): this {
    return this.send(values instanceof FormData ? values : toFormData(values));
  }

  /** Fails unless the answer has this status. */
  expect(status: number): this {
    return this.#change(() => this.#expectations.push(expectStatus(status)));
  }

  /** Fails unless a header field is exactly this text, fits this pattern, or, with `null`, is not there. */
  expectHeader(name: string, value: string | RegExp | null): this {
    return this.#change(() => this.#expectations.push(expectHeader(name, value)));
  }

  /** Fails unless the body is JSON that is deeply equal to this value. */
  expectJson(value: unknown): this {
    return this.#change(() => this.#expectations.push(expectJson(value)));
  }

  /** Sends the request and gives the body as JSON; with a schema, fails unless the body fits it, and gives its output. */
  json(): Promise<unknown>;
  json<TSchema extends StandardSchemaV1>(schema: TSchema): Promise<InferOutput<TSchema>>;
  async json(schema?: StandardSchemaV1): Promise<unknown> {
    const response = await this;
    if (schema === undefined) return response.json();
    const checked = await compileValidator(schema).validate(response.json());
    if (checked.ok) return checked.value;
    throw this.#failure(toDifference(checked.problems, response), response);
  }

  /** Sends the request and gives the body as text. */
  async text(): Promise<string> {
    return (await this).text();
  }

  // A promise that begins its work when it is first awaited.
  // oxlint-disable-next-line unicorn/no-thenable
  then<TResult = TestResponse, TError = never>(
    onDone?: ((response: TestResponse) => TResult | PromiseLike<TResult>) | null,
    onFailed?: ((error: unknown) => TError | PromiseLike<TError>) | null,
  ): Promise<TResult | TError> {
    return this.#send().then(onDone, onFailed);
  }

  catch<TError = never>(
    onFailed?: ((error: unknown) => TError | PromiseLike<TError>) | null,
  ): Promise<TestResponse | TError> {
    return this.#send().catch(onFailed);
  }

  finally(onSettled?: (() => void) | null): Promise<TestResponse> {
    return this.#send().finally(onSettled);
  }

  /** The request line, for messages. */
  toString(): string {
    return `${this.#method} ${this.#target()}`;
  }

  #send(): Promise<TestResponse> {
    return (this.#response ??= this.#run());
  }

  async #run(): Promise<TestResponse> {
    const request = (this.#request = await this.#toWire());
    const response = await this.#carrier.send(request).catch((error: unknown) => {
      throw error instanceof Error ? this.#pointed(error) : error;
    });
    for (const differs of this.#expectations) {
      const difference = differs(response);
      if (difference !== null) throw this.#failure(difference, response);
    }
    return response;
  }

  #failure(difference: Difference, response: TestResponse): Error {
    const request = this.#request as WireRequest; // there is no response before it
    return this.#pointed(toAssertionError(difference, this.#carrier.report(request, response)));
  }

  /** Lets an error point to the test. */
  #pointed(error: Error): Error {
    error.stack = `${error.name}: ${error.message}\n${this.#origin}`;
    return error;
  }

  async #toWire(): Promise<WireRequest> {
    const cookies = this.#cookies.length === 0 ? [] : [["cookie", this.#cookies.join("; ")] as const];
    return {
      method: this.#method,
      target: this.#target(),
      fields: [...this.#fields, ...cookies],
      body: this.#body === null ? null : await encodeBody(this.#body.value),
    };
  }

  #target(): string {
    if (this.#query.length === 0) return this.#path;
    return `${this.#path}${this.#path.includes("?") ? "&" : "?"}${this.#query.join("&")}`;
  }

  #change(change: () => unknown): this {
    if (this.sent)
      throw new ArmatureError(
        "E_TEST_REQUEST_SENT",
        `${String(this)} was sent already; say everything about a request before it is awaited.`,
      );
    change();
    return this;
  }
}
