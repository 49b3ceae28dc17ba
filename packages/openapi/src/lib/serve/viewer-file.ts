import { fileURLToPath } from "node:url";
import { ArmatureError } from "@armature/http";

/** Where the viewer lies. @throws ArmatureError `E_OPENAPI_VIEWER` where it is not installed */
export function findViewer(): string {
  try {
    return fileURLToPath(import.meta.resolve("openapi-explorer/dist/browser/openapi-explorer.min.js"));
  } catch (error) {
    throw new ArmatureError(
      "E_OPENAPI_VIEWER",
      "The page of the API needs the package openapi-explorer; install it (npm install openapi-explorer), or set page: false.",
      { cause: error },
    );
  }
}
