import type { ArrayShape, Member, ObjectShape, Shape } from "./shape.ts";
import { isInherited, isPlainObject, ownMember } from "./values.ts";

/** Whether `JSON.stringify` writes of a value just what its schema names. */
export type Check = (value: unknown) => boolean;

/** A check of every item. */
export function checkArray({ first, rest }: ArrayShape, checkOf: (shape: Shape) => Check): Check {
  const checkFirst = first.map(checkOf);
  const checkRest = checkOf(rest);
  return (value) => {
    if (!Array.isArray(value) || (value as { toJSON?: unknown }).toJSON !== undefined) return false;
    for (let at = 0; at < value.length; at++) if (!(checkFirst[at] ?? checkRest)(value[at])) return false;
    return true;
  };
}

/** A check of every member, and that there is no other one. */
export function checkObject(shape: ObjectShape, checkOf: (shape: Shape) => Check): Check {
  const { members, patterns, rest, hasName } = shape;
  if (patterns.length > 0 || hasName !== null) return () => false;
  const checks = members.map((member) => checkMember(member, checkOf(member.shape)));
  const names = new Set(members.map(({ name }) => name));
  const checkRest = rest.kind === "never" ? null : checkOf(rest);
  return (value) => {
    if (!isPlainObject(value)) return false;
    let found = 0;
    for (const check of checks) {
      const count = check(value);
      if (count === -1) return false;
      found += count;
    }
    return checkRest === null ? found === countNamed(value, names) : checkOthers(value, names, checkRest);
  };
}

/** 1 for a member that is there, 0 for one that may be missing, -1 for one that does not fit. */
function checkMember(
  { name, isRequired }: Member,
  check: Check,
): (value: Record<string, unknown>) => 1 | 0 | -1 {
  const read = isInherited(name) ? ownMember : (value: Record<string, unknown>) => value[name];
  return (value) => {
    const member = read(value, name);
    if (member === undefined && !isRequired) return 0;
    return check(member) ? 1 : -1;
  };
}

/** -1 where there is another member; one that is not enumerable is read, and not written. */
function countNamed(value: object, names: ReadonlySet<string>): number {
  let count = 0;
  for (const name in value) {
    if (!names.has(name)) return -1;
    count++;
  }
  return count;
}

function checkOthers(value: Record<string, unknown>, names: ReadonlySet<string>, check: Check): boolean {
  for (const name in value) if (!names.has(name) && !check(value[name])) return false;
  return true;
}
