import type { ListenOptions as NodeListenOptions, Server } from "node:net";

/** One attempt to listen; a server that failed can try again. */
export function listenOn(server: Server, options: NodeListenOptions | object): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.once("listening", resolve);
  try {
    server.listen(options);
  } catch (error) {
    // What is no descriptor or handle at all is thrown.
    reject(error);
  }
  return promise.finally(() => {
    server.off("error", reject);
    server.off("listening", resolve);
  });
}
