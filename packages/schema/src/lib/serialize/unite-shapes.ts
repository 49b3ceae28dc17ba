import { NEVER, resolveShape, type ChoiceShape, type ObjectShape, type Shape, type Tag } from "./shape.ts";
import { bitOf } from "./values.ts";

/** One shape for whatever one of several takes. */
export function uniteShapes(shapes: readonly Shape[], shared: readonly Shape[]): Shape {
  const flat = shapes.flatMap(flatten);
  const scalars = flat.filter((shape) => shape.kind === "scalar");
  const types = scalars.reduce((bits, shape) => bits | shape.types, 0);
  const isTime = scalars.some((shape) => shape.isTime);
  const choice = uniteChoices(
    flat.filter((shape) => shape.kind === "choice"),
    types,
  );
  const others = flat.filter(({ kind }) => kind !== "scalar" && kind !== "choice" && kind !== "never");
  const branches = choice === null ? others : [choice, ...others];
  if (branches.length === 0) return types === 0 ? NEVER : { kind: "scalar", types, isTime };
  const [only] = branches;
  if (types === 0 && branches.length === 1 && only !== undefined) return only;
  if (others.some(({ kind }) => kind === "any") && others.length === 1) return { kind: "any" };
  return { kind: "union", types, isTime, branches, tag: findTag(branches, shared) };
}

/** The branches of unions within unions. */
function flatten(shape: Shape): Shape[] {
  if (shape.kind !== "union") return [shape];
  const { types, isTime, branches } = shape;
  const scalars: Shape[] = types === 0 ? [] : [{ kind: "scalar", types, isTime }];
  return [...scalars, ...branches.flatMap(flatten)];
}

/** All choices as one, without what the scalar types take already. */
function uniteChoices(choices: readonly ChoiceShape[], types: number): ChoiceShape | null {
  const texts = new Map<unknown, string>();
  for (const choice of choices)
    for (const [value, text] of choice.texts) if ((bitOf(value) & types) === 0) texts.set(value, text);
  return texts.size === 0 ? null : { kind: "choice", texts };
}

/** The first member that is required and has other values in each branch; all branches are objects then. */
function findTag(branches: readonly Shape[], shared: readonly Shape[]): Tag | null {
  const objects = branches.map((branch) => resolveShape(branch, shared));
  const [first] = objects;
  if (first?.kind !== "object" || !objects.every((shape) => shape.kind === "object")) return null;
  for (const { name } of first.members) {
    const branchOf = tagValues(objects, name);
    if (branchOf !== null) return { name, branchOf };
  }
  return null;
}

function tagValues(objects: readonly ObjectShape[], name: string): Map<unknown, number> | null {
  const branchOf = new Map<unknown, number>();
  for (const [at, { members }] of objects.entries()) {
    const member = members.find((candidate) => candidate.name === name);
    if (member?.isRequired !== true || member.shape.kind !== "choice") return null;
    for (const value of member.shape.texts.keys()) {
      if (branchOf.has(value)) return null;
      branchOf.set(value, at);
    }
  }
  return branchOf;
}
