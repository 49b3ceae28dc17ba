/** Whether arrays and objects are nested in a value more than `levels` deep; looks at each of them once and uses no recursion. */
export function isNestedDeeperThan(value: unknown, levels: number): boolean {
  const seen = new Set<object>();
  let level = objectsOf([value], seen);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === levels) return true;
    level = level.flatMap((parent) => objectsOf(Object.values(parent), seen));
  }
  return false;
}

function objectsOf(values: readonly unknown[], seen: Set<object>): object[] {
  const objects: object[] = [];
  for (const value of values) {
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    objects.push(value);
  }
  return objects;
}
