import { hasHalfPair, normalizeEscapes } from "./canonical-path.ts";
import { parseConstraint } from "./parse-constraint.ts";
import type {
  Constraint,
  ParamSegment,
  PathPattern,
  PatternOptions,
  PatternSegment,
  StaticSegment,
  WildcardSegment,
} from "./path-pattern.ts";
import { type RouteFault, RouterError } from "./router-error.ts";

/**
 * Parses a path pattern.
 *
 * Segments are static text, `:name` or `:name(constraint)` for one segment of one or more characters, or, as the last one,
 * `*name` for one or more characters of any number of segments. A "?" after a segment makes it optional: the path may lack it
 * with the slash before it. What follows an optional wildcard's slash may be empty too. A ":" or "*" that is meant as text is
 * written "%3A" or "%2A".
 *
 * Constraints are `int` (a safe integer, read as a number), `range:1..100` (the same, within bounds; one bound may be left
 * out), `uuid`, `a|b|c`, `length:2..8` (characters; also `length:8`), `regex:[a-z]+` (the whole segment, flag "u") and the
 * names of `options.constraints`. They judge the decoded segment.
 * @throws RouterError with `E_ROUTE_PATTERN`, `E_ROUTE_CONSTRAINT` or `E_ROUTE_PARAM_DUPLICATE` for each mistake
 * @example
 * parsePattern("/users/:id(int)/:tab(posts|likes)?").segments.map((segment) => segment.kind); // ["static", "param", "param"]
 */
export function parsePattern(path: string, options: PatternOptions = {}): PathPattern {
  const faults: RouteFault[] = [];
  const pattern = readPattern(path, options, faults);
  if (faults.length > 0) throw new RouterError(faults);
  return pattern;
}

/** Parses a pattern and adds what is wrong with it to `faults`; the result is of no use where there is anything. */
export function readPattern(path: string, options: PatternOptions, faults: RouteFault[]): PathPattern {
  return new PatternReader(path, options, faults).read();
}

const NAME = /^[A-Za-z_$][\w$]*/;

/** Reads one pattern from left to right; goes on after a mistake in the next segment. */
class PatternReader {
  readonly #path: string;
  readonly #options: PatternOptions;
  readonly #faults: RouteFault[];
  readonly #names: Set<string> = new Set();

  constructor(path: string, options: PatternOptions, faults: RouteFault[]) {
    this.#path = path;
    this.#options = options;
    this.#faults = faults;
  }

  read(): PathPattern {
    const segments: PatternSegment[] = [];
    if (!this.#path.startsWith("/")) {
      this.#report("E_ROUTE_PATTERN", 0, 'does not start with "/"', 'put a "/" in front');
      return { path: this.#path, segments };
    }
    for (let at = 1; at <= this.#path.length;) {
      const end = this.#segmentEnd(at);
      const segment = this.#readSegment(at, end);
      if (segment !== null) segments.push(segment);
      at = end + 1;
    }
    return { path: this.#path, segments };
  }

  /** An unclosed "(" swallows the rest, so that it is reported once and not as faults of what follows. */
  #segmentEnd(at: number): number {
    const slash = this.#path.indexOf("/", at);
    const end = slash < 0 ? this.#path.length : slash;
    const text = this.#path.slice(at, end);
    const unclosed = text.startsWith(":") && text.includes("(") && !text.includes(")");
    return unclosed ? this.#path.length : end;
  }

  #readSegment(at: number, end: number): PatternSegment | null {
    const sign = this.#path[at];
    if (at < end && sign === ":") return this.#readParam(at, end);
    if (at < end && sign === "*") return this.#readWildcard(at, end);
    return this.#readStatic(at, end);
  }

  #readParam(at: number, end: number): ParamSegment | null {
    const name = this.#readName(at + 1, end, ":");
    if (name === null) return null;
    const after = at + 1 + name.length;
    const optional = this.#path[end - 1] === "?";
    const stop = optional ? end - 1 : end;
    if (after === stop) return { kind: "param", name, constraint: null, optional };
    if (this.#path[after] !== "(") return this.#reportTail(after);
    const closed = this.#path[stop - 1] === ")" && !this.#path.slice(after, stop).includes("/");
    if (!closed) return this.#reportUnclosed(after, end);
    const constraint = this.#readConstraint(after + 1, stop - 1);
    return constraint === null ? null : { kind: "param", name, constraint, optional };
  }

  #readConstraint(at: number, end: number): Constraint | null {
    const constraint = parseConstraint(this.#path.slice(at, end), this.#options.constraints ?? {});
    if (!("what" in constraint)) return constraint;
    return this.#report("E_ROUTE_CONSTRAINT", at, constraint.what, constraint.mend);
  }

  #readWildcard(at: number, end: number): WildcardSegment | null {
    const name = this.#readName(at + 1, end, "*");
    if (name === null) return null;
    const after = at + 1 + name.length;
    if (end < this.#path.length)
      return this.#report(
        "E_ROUTE_PATTERN",
        at,
        `has "*${name}" before its end`,
        "make the wildcard the last segment",
      );
    if (after === end) return { kind: "wildcard", name, optional: false };
    if (after + 1 === end && this.#path[after] === "?") return { kind: "wildcard", name, optional: true };
    if (this.#path[after] !== "(") return this.#reportTail(after);
    return this.#report(
      "E_ROUTE_PATTERN",
      after,
      "has a constraint after a wildcard",
      "leave it out and check the value in the handler",
    );
  }

  #readName(at: number, end: number, sign: string): string | null {
    const name = NAME.exec(this.#path.slice(at, end))?.[0];
    if (name === undefined)
      return this.#report(
        "E_ROUTE_PATTERN",
        at,
        `has no name after "${sign}"`,
        `write a name such as "${sign}id", or "%${sign === ":" ? "3A" : "2A"}" for a literal "${sign}"`,
      );
    if (this.#names.has(name))
      return this.#report(
        "E_ROUTE_PARAM_DUPLICATE",
        at,
        `has two parameters named "${name}"`,
        "give each a name of its own",
      );
    this.#names.add(name);
    return name;
  }

  #readStatic(at: number, end: number): StaticSegment | null {
    const optional = at < end && this.#path[end - 1] === "?";
    const stop = optional ? end - 1 : end;
    if (optional && stop === at)
      return this.#report("E_ROUTE_PATTERN", at, 'has a "?" after nothing', 'write "?" after a segment');
    const odd = at + this.#path.slice(at, stop).search(/[:*?#{}]/);
    if (odd >= at) return this.#reportSign(odd);
    const text = this.#canonicalText(at, stop);
    return text === null ? null : { kind: "static", text, optional };
  }

  #canonicalText(at: number, end: number): string | null {
    const given = this.#path.slice(at, end);
    if (hasHalfPair(given))
      return this.#report("E_ROUTE_PATTERN", at, "has half of a surrogate pair", "write whole characters");
    // Spaces are escaped here and not in targets: nobody can send one raw, and a pattern is for people.
    const ascii = given.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
    const text = normalizeEscapes(ascii, 0, ascii.length);
    if (typeof text !== "string")
      return this.#report(
        "E_ROUTE_PATTERN",
        at,
        text.reason,
        "write characters as themselves, or as escapes of UTF-8",
      );
    if (text === "." || text === "..")
      return this.#report(
        "E_ROUTE_PATTERN",
        at,
        `has the dot segment "${given}", which is removed from every target`,
        "write the path without it",
      );
    return unescapeSigns(text);
  }

  #reportSign(at: number): null {
    const [what, mend] = SIGN_FAULTS[this.#path[at] as keyof typeof SIGN_FAULTS]; // found by these signs
    return this.#report("E_ROUTE_PATTERN", at, what, mend);
  }

  #reportTail(at: number): null {
    return this.#report(
      "E_ROUTE_PATTERN",
      at,
      "has text after the name of a parameter",
      'end the segment there: a parameter is a whole segment, and its name is letters, digits, "_" and "$"',
    );
  }

  #reportUnclosed(at: number, end: number): null {
    const text = this.#path.slice(at, end);
    if (!text.includes(")"))
      return this.#report("E_ROUTE_PATTERN", at, 'has "(" without ")"', 'close the constraint with ")"');
    if (text.includes("/"))
      return this.#report(
        "E_ROUTE_PATTERN",
        at + text.indexOf("/"),
        'has "/" between "(" and ")"',
        'leave it out, as no segment has one raw; in a regex, write "\\x2f" for an escaped one',
      );
    return this.#report("E_ROUTE_PATTERN", at, 'has text after ")"', 'end the segment with ")" or ")?"');
  }

  #report(code: string, position: number, what: string, mend: string): null {
    const message = `The pattern ${JSON.stringify(this.#path)} ${what} (at ${position}); ${mend}.`;
    this.#faults.push({ code, message, patterns: [this.#path], position });
    return null;
  }
}

const SIGN_FAULTS = {
  ":": [
    'has ":" inside a segment',
    'begin the segment with it for a parameter, or write "%3A" for a literal ":"',
  ],
  "*": [
    'has "*" inside a segment',
    'begin the segment with it for a wildcard, or write "%2A" for a literal "*"',
  ],
  "?": ['has "?" inside a segment', "write it at the end of an optional segment; a pattern has no query"],
  "#": ['has "#"', "leave the fragment out; clients do not send it"],
  "{": ['has "{"', 'write a parameter as ":name", or "%7B" for a literal "{"'],
  "}": ['has "}"', 'write a parameter as ":name", or "%7D" for a literal "}"'],
} as const;

/** Escaped, ":" and "*" are the same text as raw, in patterns and targets alike: only the grammar needs the escape. */
export function unescapeSigns(path: string): string {
  return path.includes("%") ? path.replaceAll("%3A", ":").replaceAll("%2A", "*") : path;
}
