/** uWebSockets.js, in the build for Node 20 that npm carries; runs on that Node. Its argument is the manifest of the peers. */
import { createRequire } from "node:module";

interface Answer {
  cork(write: () => void): void;
  writeHeader(name: string, value: string): Answer;
  end(body: string): void;
  onData(take: (chunk: ArrayBuffer, isLast: boolean) => void): void;
  onAborted(gone: () => void): void;
}
interface Request {
  getParameter(at: number): string;
}
type Handler = (answer: Answer, request: Request) => void;
interface App {
  get(path: string, handler: Handler): App;
  post(path: string, handler: Handler): App;
  listen(host: string, port: number, done: (socket: unknown) => void): App;
}
interface Library {
  App(): App;
  us_socket_local_port(socket: unknown): number;
}

const load = createRequire(process.argv[2] ?? import.meta.url);
const uws = load("@trufflesuite/uws-js-unofficial") as Library; // see its dist/index.js

function sendJson(answer: Answer, value: unknown): void {
  answer.writeHeader("content-type", "application/json").end(JSON.stringify(value));
}

uws
  .App()
  .get("/plaintext", (answer) =>
    answer.writeHeader("content-type", "text/plain; charset=utf-8").end("Hello, World!"),
  )
  .get("/json", (answer) => sendJson(answer, { message: "Hello, World!" }))
  .get("/users/:id", (answer, request) =>
    sendJson(answer, { id: request.getParameter(0), name: "Ada", email: "ada@example.com" }),
  )
  .post("/users", (answer) => {
    let body = "";
    answer.onAborted(() => {});
    answer.onData((chunk, isLast) => {
      body += Buffer.from(chunk).toString();
      if (isLast) answer.cork(() => sendJson(answer, JSON.parse(body)));
    });
  })
  .listen("127.0.0.1", 0, (socket) => {
    process.stdout.write(`listening ${uws.us_socket_local_port(socket)}\n`);
  });
process.once("SIGTERM", () => process.exit(0));
