import type { ClientConnection } from "../transport/client-connection.ts";
import type { LogLine } from "../log-recorder.ts";
import { toReport } from "./report.ts";
import { ResponseReader } from "./response-reader.ts";
import type { RequestCarrier } from "./test-request.ts";
import { TestResponse } from "./test-response.ts";
import { serializeHead, type WireRequest } from "./wire-request.ts";

/** Sends each request over a connection of its own. */
export class ConnectionCarrier implements RequestCarrier {
  readonly #connect: () => Promise<ClientConnection>;
  readonly #lines: readonly LogLine[];

  constructor(connect: () => Promise<ClientConnection>, lines: readonly LogLine[]) {
    this.#connect = connect;
    this.#lines = lines;
  }

  async send(request: WireRequest): Promise<TestResponse> {
    const connection = await this.#connect();
    try {
      return await exchange(connection, request);
    } finally {
      connection.end();
    }
  }

  report(request: WireRequest, response: TestResponse): string {
    return toReport(request, response, this.#lines);
  }
}

async function exchange(connection: ClientConnection, request: WireRequest): Promise<TestResponse> {
  const head = Buffer.from(serializeHead(request), "latin1");
  connection.write(request.body === null ? head : Buffer.concat([head, request.body.bytes]));
  const reader = new ResponseReader(request.method);
  while (!reader.done) {
    const bytes = await connection.read();
    if (bytes === null) reader.end();
    else reader.push(bytes);
  }
  return new TestResponse(reader.response);
}
