import { ArmatureError } from "./armature-error.ts";

/**
 * One error that reports several mistakes together: it has the code of the first, all messages, and an `AggregateError` as `cause`.
 * A single mistake is itself.
 *
 * @param what the plural of what is wrong, e.g. "limits"
 */
export function joinErrors(
  what: string,
  mistakes: readonly [ArmatureError, ...ArmatureError[]],
): ArmatureError {
  const [first] = mistakes;
  if (mistakes.length === 1) return first;
  const lines = mistakes.map(({ message }) => `- ${message}`);
  const message = `${mistakes.length} ${what} are wrong:\n${lines.join("\n")}`;
  return new ArmatureError(first.code, message, { cause: new AggregateError(mistakes, message) });
}
