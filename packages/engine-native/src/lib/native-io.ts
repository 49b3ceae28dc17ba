import { getSystemErrorName } from "node:util";
import { ArmatureError } from "@armature/http";
import { loadBinding, nativeEngineFault } from "./load-binding.ts";

/**
 * How native sockets learn what clients send: `"epoll"` asks which of them are ready, and makes a call for each; `"io_uring"` has the
 * kernel accept and receive by itself, and send the answers of a batch in one call. It needs Linux 6.1.
 */
export type NativeIo = "epoll" | "io_uring";

/** The variable that chooses where no option does. */
const VARIABLE = "ARMATURE_NATIVE_IO";

/**
 * Why io_uring cannot be used here, in one sentence; `null` where it can.
 *
 * @example
 * const engine = createNativeEngine({ io: ioUringFault() === null ? "io_uring" : "epoll" });
 */
export function ioUringFault(): string | null {
  const fault = nativeEngineFault();
  return fault === null ? describe(loadBinding().ringFault()) : `The native engine cannot be used: ${fault}`;
}

/**
 * What a choice comes to: io_uring where it is asked for and possible.
 * @throws ArmatureError `E_OPTION_INVALID` where it is none
 */
export function resolveIo(
  option: NativeIo | undefined,
  faultOf: () => string | null = ioUringFault,
): NativeIo {
  const choice: unknown = option ?? process.env[VARIABLE] ?? "epoll";
  if (choice !== "epoll" && choice !== "io_uring") throw unknownIo(option === undefined, choice);
  return choice === "io_uring" && faultOf() === null ? "io_uring" : "epoll";
}

function unknownIo(isVariable: boolean, choice: unknown): ArmatureError {
  const name = isVariable ? VARIABLE : 'The option "io" of the native engine';
  return new ArmatureError(
    "E_OPTION_INVALID",
    `${name} is ${JSON.stringify(choice)}; give "epoll" or "io_uring".`,
  );
}

/** What numbers of errors mean for whoever asks for a ring. */
const REASONS: Readonly<Record<string, string>> = {
  EPERM:
    "it is forbidden here (by a seccomp profile, as containers have, or by the setting kernel.io_uring_disabled).",
  EACCES: "it is forbidden here by a security module.",
  ENOSYS: "this kernel is built without it.",
  EINVAL: "this kernel has not all that is needed; Linux 6.1 has.",
  EOPNOTSUPP: "this kernel has not all that is needed; Linux 6.1 has.",
  ENOMEM: "there is no memory for it (see ulimit -l).",
  EMFILE: "the process has no descriptors left (ulimit -n).",
};

function describe(errno: number): string | null {
  if (errno === 0) return null;
  const name = getSystemErrorName(-errno);
  return `io_uring cannot be used: ${REASONS[name] ?? `the kernel gives ${name}.`}`;
}
