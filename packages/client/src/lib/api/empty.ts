/** An object with no members that must be there; everything that may be left out fits it. */
// The empty object type is meant: it is compared with, and is no type of a value.
// oxlint-disable-next-line typescript/ban-types
export type Empty = {};
