/** What every server answers in the mix, and what it asks of a client. */

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly priceCents: number;
  readonly inStock: boolean;
  readonly description: string;
}

/** A list of about ten kilobytes as JSON. */
export const PRODUCTS: readonly Product[] = Array.from({ length: 80 }, (_none, at) => ({
  id: at + 1,
  name: `Product ${at + 1}`,
  priceCents: (at + 1) * 25,
  inStock: (at + 1) % 3 !== 0,
  description: "One of the eighty products of a list of ten kilobytes.",
}));

export const ACCOUNT: { readonly id: number; readonly name: string; readonly role: string } = {
  id: 1,
  name: "Ada",
  role: "admin",
};
export const AUTHORIZATION = "Bearer let-me-in";

/** The pieces of the streamed answer. */
export const PIECES: readonly Uint8Array[] = Array.from({ length: 16 }, () =>
  new Uint8Array(1024).fill(0x78),
);

export async function* streamPieces(): AsyncGenerator<Uint8Array> {
  yield* PIECES;
}
