/** What to do about `undefined` where a class, token or module should be: nearly always the same mistake. */
export const IMPORT_CYCLE_MEND =
  "Two files probably import each other, so that one was not evaluated yet: move what both need into a third file.";
