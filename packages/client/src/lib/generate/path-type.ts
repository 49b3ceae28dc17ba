/** Writes the parameters that a path pattern names as a type, as `PathParams` of the router has them; `null` where it names none. */
export function writePathParams(pattern: string): string | null {
  const members = pattern.split("/").flatMap((segment) => memberOf(segment));
  return members.length === 0 ? null : `{ ${members.join("; ")} }`;
}

const PARAM = /^[:*]([A-Za-z_$][\w$]*)(?:\((.*)\))?(\?)?$/;

function memberOf(segment: string): string[] {
  const [, name, constraint = "", optional = ""] = PARAM.exec(segment) ?? [];
  if (name === undefined) return [];
  return [`readonly ${name}${optional}: ${typeOf(constraint)}${optional === "" ? "" : " | undefined"}`];
}

function typeOf(constraint: string): string {
  if (constraint === "int" || constraint.startsWith("range:")) return "number";
  if (/^(regex|length):/.test(constraint) || !constraint.includes("|")) return "string";
  return constraint
    .split("|")
    .map((choice) => JSON.stringify(choice))
    .join(" | ");
}
