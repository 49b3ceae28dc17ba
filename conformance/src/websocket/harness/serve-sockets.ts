import { rawWebsocket, type RawWebSocketHandlers, type RawWebSocketOptions } from "@armature/websocket";
import { armature } from "armature";
import { LogLines } from "../../app/harness/log-lines.ts";
import { type EngineUnderTest, ENGINES, PATIENT } from "../../engines.ts";

/** The engines that foreign clients can reach without encryption. */
export const SOCKET_ENGINES: readonly EngineUnderTest[] = ENGINES.filter(
  ({ hasSockets, isSecure }) => hasSockets && !isSecure,
);

/** An endpoint that listens for one test. */
export interface ServedSockets extends AsyncDisposable {
  /** e.g. "http://127.0.0.1:1234" */
  readonly url: string;
  /** The endpoint, e.g. "ws://127.0.0.1:1234/ws" */
  readonly socketUrl: string;
  readonly log: LogLines;
  close(graceMs: number): Promise<unknown>;
}

/** Sends back every message. */
export const ECHO: RawWebSocketHandlers = {
  message: (socket, message) => void socket.send(message),
};

/** Serves one endpoint at "/ws". */
export async function serveSockets(
  subject: EngineUnderTest,
  options: RawWebSocketOptions = {},
  handlers: RawWebSocketHandlers = ECHO,
): Promise<ServedSockets> {
  const log = new LogLines();
  const app = armature({
    engine: subject.create(),
    logger: log.logger,
    requestLog: false,
    limits: PATIENT,
  }).route(rawWebsocket("/ws", options, handlers));
  const { url } = await app.listen({ port: 0, signals: false });
  const close = (graceMs: number): Promise<unknown> => app.close({ graceMs });
  return {
    url,
    socketUrl: `${url.replace(/^http/, "ws")}/ws`,
    log,
    close,
    [Symbol.asyncDispose]: async () => void (await close(0)),
  };
}
