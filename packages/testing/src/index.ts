export { createTestApp, type Plannable, type TestAppOptions } from "./lib/create-test-app.ts";
export type { FormValue, FormValues, MultipartValues } from "./lib/client/request-body.ts";
export { TestRequest } from "./lib/client/test-request.ts";
export { TestResponse } from "./lib/client/test-response.ts";
export type { LogLine } from "./lib/log-recorder.ts";
export { TestApp } from "./lib/test-app.ts";
export type { ClientConnection } from "./lib/transport/client-connection.ts";
export {
  createTestCertificate,
  type TestCertificate,
  type TestCertificateOptions,
} from "./lib/test-certificate.ts";
