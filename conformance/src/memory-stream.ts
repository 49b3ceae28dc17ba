import { Duplex } from "node:stream";
import type { MemoryClient } from "@armature/engine/memory";

interface StreamOptions {
  readonly allowHalfOpen?: boolean;
}

/** The client's end of a connection in memory, as a stream like that of a socket. */
export function toStream(client: MemoryClient, { allowHalfOpen = false }: StreamOptions = {}): Duplex {
  return new Duplex({
    allowHalfOpen,
    read() {
      client.read().then(
        (bytes) => this.push(bytes),
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    write(chunk: Uint8Array, _encoding, done) {
      client.write(chunk);
      done();
    },
    final(done) {
      client.end();
      done();
    },
    destroy(error, done) {
      client.destroy();
      done(error);
    },
  });
}
