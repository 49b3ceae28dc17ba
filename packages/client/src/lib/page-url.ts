/** The address of the page or worker that runs this; `undefined` outside of browsers. */
export function pageUrl(): string | undefined {
  return (globalThis as { readonly location?: { readonly href?: string } }).location?.href; // Node has none, and no type of it
}
