import { createApp, type Application, type AppOptions, type AppPlan, type ModuleRef } from "@armature/core";
import { ArmatureError, type Peer } from "@armature/http";
import { ConnectionCarrier } from "./client/carrier.ts";
import { LogRecorder } from "./log-recorder.ts";
import { TestApp } from "./test-app.ts";
import { createMemoryTransport, createSocketTransport, type Transport } from "./transport/transport.ts";

/** How an application is put under test: the options of `createApp`, and how requests get in. */
export interface TestAppOptions extends AppOptions {
  /**
   * "memory" runs the engine's parser, connections and encoder without a socket; "socket" listens on a free port of
   * 127.0.0.1, with `engine` if that is given. Default "memory".
   */
  readonly transport?: "memory" | "socket";
  /** What requests say of their client, with `transport: "memory"`. Default 127.0.0.1, not secure. */
  readonly peer?: Partial<Peer>;
}

/** An application that was written but not built, e.g. what `armature()` begins. */
export interface Plannable {
  plan(): AppPlan;
}

/**
 * Builds and starts an application for a test. It logs to `app.logs` and nowhere else unless `logger` is given.
 *
 * Takes a module, or an application written as functions; of the latter, options and stages are kept, and those given here
 * are added or take their place.
 *
 * @throws BootError as `createApp` does; ArmatureError `E_TEST_OPTIONS` for options that exclude each other
 * @example
 * await using app = await createTestApp(UserModule, {
 *   overrides: [provide(MAILER, { useValue: fakeMailer })],
 * });
 * const created = await app.post("/users").send({ name: "Ada" }).expect(201).json(User);
 * await app.get(`/users/${created.id}`).expect(200).expectJson(created);
 * assert.equal(app.inject(UserService).count, 1);
 */
export async function createTestApp(
  root: ModuleRef | Plannable,
  { transport: kind = "memory", peer, ...own }: TestAppOptions = {},
): Promise<TestApp> {
  const plan = isPlannable(root) ? root.plan() : { root, options: {} };
  const transport = createTransport(kind, peer, own, plan.options);
  const logger = new LogRecorder(own.logger);
  const options = { ...joinOptions(plan.options, own), engine: transport.engine, logger };
  const application = await createApp(plan.root, options);
  await listen(application);
  const connect = async () => await transport.connect();
  const carrier = new ConnectionCarrier(connect, logger.lines);
  return new TestApp({ application, carrier, connect, logs: logger.lines });
}

function isPlannable(root: ModuleRef | Plannable): root is Plannable {
  return typeof root === "object" && "plan" in root;
}

function createTransport(
  kind: "memory" | "socket",
  peer: Partial<Peer> | undefined,
  { engine }: AppOptions,
  planned: AppOptions,
): Transport {
  if (kind === "memory") {
    if (engine !== undefined) throw excluding("engine", kind);
    return createMemoryTransport(peer ?? {});
  }
  if (kind !== "socket") throw unknownTransport(kind);
  if (peer !== undefined) throw excluding("peer", kind);
  return createSocketTransport(engine ?? planned.engine);
}

/** Lists add up; of anything else the test's own word counts. Answers are checked in full, whatever environment tests run in. */
function joinOptions(planned: AppOptions, own: AppOptions): AppOptions {
  return {
    checkAnswers: true,
    ...planned,
    ...own,
    middleware: both(planned.middleware, own.middleware),
    guards: both(planned.guards, own.guards),
    interceptors: both(planned.interceptors, own.interceptors),
    filters: both(planned.filters, own.filters),
    overrides: both(planned.overrides, own.overrides),
    errors: both(planned.errors, own.errors),
  };
}

function both<T>(one: readonly T[] = [], other: readonly T[] = []): readonly T[] {
  return [...one, ...other];
}

async function listen(application: Application): Promise<void> {
  try {
    await application.listen({ port: 0, signals: false });
  } catch (error) {
    await application.close();
    throw error;
  }
}

function excluding(name: string, kind: string): ArmatureError {
  const other = kind === "memory" ? "socket" : "memory";
  return new ArmatureError(
    "E_TEST_OPTIONS",
    `"${name}" has no effect with transport "${kind}"; leave it out, or choose transport "${other}".`,
  );
}

function unknownTransport(kind: never): ArmatureError {
  return new ArmatureError(
    "E_TEST_OPTIONS",
    `There is no transport ${JSON.stringify(kind)}; choose "memory" or "socket".`,
  );
}
