import { HttpError } from "@armature/http";

/** What a request is answered whose conditions do not hold. */
export function preconditionFailed(): HttpError {
  return new HttpError(
    412,
    "E_PRECONDITION_FAILED",
    "What is there is not the version that the request asks for.",
  );
}
