import type { AppCloseOptions, Application, RouteInfo } from "@armature/core";
import type { Token } from "@armature/di";
import { ArmatureError, type CloseReport } from "@armature/http";
import type { RequestCarrier } from "./client/test-request.ts";
import { TestRequest } from "./client/test-request.ts";
import type { LogLine } from "./log-recorder.ts";
import type { ClientConnection } from "./transport/client-connection.ts";

/** What a test application is put together from. */
export interface TestAppParts {
  readonly application: Application;
  readonly carrier: RequestCarrier;
  readonly connect: () => Promise<ClientConnection>;
  readonly logs: readonly LogLine[];
}

/**
 * A running application under test; made by `createTestApp`.
 *
 * @example
 * await using app = await createTestApp(UserModule);
 * await app.get("/users/1").expect(200).expectJson({ id: 1, name: "Ada" });
 */
export class TestApp implements AsyncDisposable {
  /** The application itself. */
  readonly application: Application;
  /** Every line that the application logged so far. */
  readonly logs: readonly LogLine[];
  readonly #carrier: RequestCarrier;
  readonly #connect: () => Promise<ClientConnection>;
  readonly #requests: Set<TestRequest> = new Set();

  constructor({ application, carrier, connect, logs }: TestAppParts) {
    this.application = application;
    this.logs = logs;
    this.#carrier = carrier;
    this.#connect = connect;
  }

  /** Where the application can be reached by others, with `transport: "socket"`, e.g. "http://127.0.0.1:40123". */
  get url(): string {
    return this.application.address?.url ?? "";
  }

  /** Every route. */
  get routes(): readonly RouteInfo[] {
    return this.application.routes;
  }

  /** Begins a GET request; `path` is sent as it is, with its query if it has one. */
  get(path: string): TestRequest {
    return this.#begin("GET", path);
  }

  /** Begins a HEAD request. */
  head(path: string): TestRequest {
    return this.#begin("HEAD", path);
  }

  /** Begins a POST request. */
  post(path: string): TestRequest {
    return this.#begin("POST", path);
  }

  /** Begins a PUT request. */
  put(path: string): TestRequest {
    return this.#begin("PUT", path);
  }

  /** Begins a PATCH request. */
  patch(path: string): TestRequest {
    return this.#begin("PATCH", path);
  }

  /** Begins a DELETE request. */
  delete(path: string): TestRequest {
    return this.#begin("DELETE", path);
  }

  /** Begins an OPTIONS request. */
  options(path: string): TestRequest {
    return this.#begin("OPTIONS", path);
  }

  /** Begins a request of any method. */
  request(method: string, path: string): TestRequest {
    return this.#begin(method, path);
  }

  /** Answers a Web `Request` without the engine, e.g. to read a streamed answer piece by piece. */
  fetch(request: Request): Promise<Response> {
    return this.application.fetch(request);
  }

  /** Opens a connection for raw bytes: pipelining, malformed requests, clients that leave half-way. The test ends it. */
  async connect(): Promise<ClientConnection> {
    return await this.#connect();
  }

  /**
   * The instance of a provider, whichever module has it.
   * @throws DiError `E_DI_MISSING`; `E_DI_AMBIGUOUS` where several modules have one of their own; `E_DI_SCOPE` for what
   *   belongs to a request
   */
  inject<T>(token: Token<T>): T {
    return this.application.get(token, { anywhere: true });
  }

  /**
   * Stops the application; by default requests in work are cut at once.
   * @throws ArmatureError `E_TEST_NOT_AWAITED` where a request was begun and never sent, which would have tested nothing
   */
  async close(options: AppCloseOptions = {}): Promise<CloseReport> {
    const report = await this.application.close({ graceMs: 0, ...options });
    const forgotten = [...this.#requests].filter((request) => !request.sent);
    this.#requests.clear();
    if (forgotten.length > 0) throw notAwaited(forgotten);
    return report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #begin(method: string, path: string): TestRequest {
    const request = new TestRequest(this.#carrier, method, path, callerOf(new Error()));
    this.#requests.add(request);
    return request;
  }
}

/** The lines of a stack that lead to the test: behind the message, the method that made the error and the one it was called by. */
function callerOf({ stack = "" }: Error): string {
  return stack.split("\n").slice(3).join("\n");
}

function notAwaited(requests: readonly TestRequest[]): ArmatureError {
  return new ArmatureError(
    "E_TEST_NOT_AWAITED",
    `A request is sent when it is awaited, and these never were: ${requests.join(", ")}.`,
  );
}
