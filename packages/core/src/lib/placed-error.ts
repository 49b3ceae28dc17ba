/** An error together with the place that it is about, e.g. "GET /users (UserController.list)". */
export class PlacedError extends Error {
  override readonly name = "PlacedError";
  readonly place: string;

  constructor(place: string, cause: unknown) {
    super(place, { cause });
    this.place = place;
  }
}

/** Runs something about a place, and puts the place to what is thrown. @throws PlacedError */
export function atPlace<T>(place: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new PlacedError(place, error);
  }
}
