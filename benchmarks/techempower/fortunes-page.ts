import { escapeXml } from "../lib/escape-xml.ts";

/** A message of the day. */
export interface Fortune {
  readonly id: number;
  readonly message: string;
}

/** The page of all fortunes, sorted by their messages. */
export function renderFortunes(fortunes: readonly Fortune[]): string {
  const rows = fortunes
    .toSorted((a, b) => (a.message < b.message ? -1 : 1))
    .map(({ id, message }) => `<tr><td>${id}</td><td>${escapeXml(message)}</td></tr>`);
  return `<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>${rows.join("")}</table></body></html>`;
}
