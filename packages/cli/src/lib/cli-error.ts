import { ArmatureError } from "@armature/http";

/** A mistake in how the CLI was called; its message is all that the user sees. */
export class CliError extends ArmatureError {
  override readonly name = "CliError";
}
