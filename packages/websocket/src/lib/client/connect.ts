import type { Messages } from "../protocol/message-map.ts";
import type { ConnectOptions } from "./client-options.ts";
import { SocketClient } from "./socket-client.ts";
import type { SocketUrl } from "./socket-url.ts";

/**
 * Connects to a server's typed messages and comes back where the connection breaks; works in browsers, workers, Node, Deno and Bun.
 *
 * @param url http: and https: stand for ws: and wss:; a function is asked before every attempt
 * @throws SocketError `E_SOCKET_URL`, `E_SOCKET_OPTION`
 * @example
 * using chat = connect("wss://example.com/chat", { messages });
 * chat.on("said", ({ by, text }) => show(by, text));
 * chat.send("say", { text: "hello" });
 */
export function connect<TMessages extends Messages = Messages>(
  url: SocketUrl,
  options: ConnectOptions<TMessages> = {},
): SocketClient<TMessages> {
  return new SocketClient(url, options);
}
