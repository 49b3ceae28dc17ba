/** A peer broke the protocol or a limit: the connection is closed with this code. */
export class FrameError extends Error {
  override readonly name: string = "FrameError";
  /** Goes into the close frame. */
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.closeCode = closeCode;
  }
}
