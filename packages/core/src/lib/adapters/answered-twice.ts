import { HttpError } from "@armature/http";

/** What an exchange throws that has its answer. */
export function answeredTwice(): HttpError {
  return new HttpError(
    500,
    "E_EXCHANGE_ANSWERED",
    "This request has its answer already; answer each request once.",
  );
}
