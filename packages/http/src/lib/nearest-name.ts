/**
 * The name that someone most likely meant; `null` where none is close. For "did you mean" in messages.
 *
 * @example
 * nearestName("maxBodySize", ["maxBodyBytes", "maxHeaderBytes"]); // "maxBodyBytes"
 */
export function nearestName(wrong: string, names: readonly string[]): string | null {
  const folded = wrong.toLowerCase();
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const name of names) {
    const distance = distanceOf(folded, name.toLowerCase());
    if (distance <= allowed(wrong, name) && (best === null || distance < best.distance)) {
      best = { name, distance };
    }
  }
  return best === null ? null : best.name;
}

/** A word that begins the other is near, however long the rest is: "maxBody". */
function distanceOf(wrong: string, name: string): number {
  if (wrong.length >= 4 && name.startsWith(wrong)) return 1;
  return editDistance(wrong, name);
}

function allowed(wrong: string, name: string): number {
  return Math.max(1, Math.floor(Math.max(wrong.length, name.length) * 0.4));
}

/** How many letters to add, drop, change, or swap with their neighbour, row by row (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(before, j - 2) + 1 : changed;
      next.push(Math.min(changed, swapped, at(row, j) + 1, at(next, j - 1) + 1));
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number; // rows have b.length + 1 entries, and no index is larger
}
