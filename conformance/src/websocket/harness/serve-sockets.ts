import { rawWebsocket, type RawWebSocketHandlers, type RawWebSocketOptions } from "@armature/websocket";
import { armature } from "armature";
import { type EngineUnderTest, ENGINES } from "../../engines.ts";
import { ServedApp } from "./serve-app.ts";

/** The engines that foreign clients can reach without encryption. */
export const SOCKET_ENGINES: readonly EngineUnderTest[] = ENGINES.filter(
  ({ hasSockets, isSecure }) => hasSockets && !isSecure,
);

/** Sends back every message. */
export const ECHO: RawWebSocketHandlers = {
  message: (socket, message) => void socket.send(message),
};

/** Serves one endpoint at "/ws". */
export async function serveSockets(
  subject: EngineUnderTest,
  options: RawWebSocketOptions = {},
  handlers: RawWebSocketHandlers = ECHO,
): Promise<ServedApp> {
  return await ServedApp.start(subject, armature().route(rawWebsocket("/ws", options, handlers)));
}
