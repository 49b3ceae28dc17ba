import { getSystemErrorName } from "node:util";

/** An error of the system as Node's sockets tell it. */
export function systemError(syscall: string, errno: number): Error {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${syscall} ${code}`), { errno: -errno, code, syscall });
}
