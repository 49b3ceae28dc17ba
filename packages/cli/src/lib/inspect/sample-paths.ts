import { parsePattern, type Constraint, type PatternOptions, type PatternSegment } from "@armature/router";

/** Texts that a pattern or constraint of the application's own may take. */
const GUESSES = ["a", "1", "abc", "A1", "a-b", "2026-01-31", "00", "x".repeat(40)];

/**
 * Paths that a pattern matches, with every optional segment and without; none where no example of a constraint is known.
 *
 * @example
 * samplePaths("/users/:id(int)"); // ["/users/1", "/users/42"]
 */
export function samplePaths(pattern: string, options: PatternOptions = {}): readonly string[] {
  const { segments } = parsePattern(pattern, options);
  const whole = combine(segments);
  const short = combine(segments.filter(({ optional }) => !optional));
  return [...new Set([...whole, ...short])];
}

/** The first example of every segment together, the second of every one, and so on. */
function combine(segments: readonly PatternSegment[]): string[] {
  const examples = segments.map(examplesOf);
  if (examples.some((list) => list.length === 0)) return [];
  const count = Math.max(...examples.map((list) => list.length));
  return Array.from(
    { length: count },
    (_, at) => `/${examples.map((list) => list[at % list.length]).join("/")}`,
  );
}

function examplesOf(segment: PatternSegment): readonly string[] {
  switch (segment.kind) {
    case "static":
      return [segment.text];
    case "wildcard":
      return ["some/more", "one"];
    case "param":
      return constraintExamples(segment.constraint).map(encodeURIComponent);
  }
}

function constraintExamples(constraint: Constraint | null): readonly string[] {
  switch (constraint?.kind) {
    case undefined:
      return ["some", "1", "other-thing"];
    case "enum":
      return constraint.values;
    case "int":
      return ["1", "42"];
    case "range":
      return [...new Set([constraint.min ?? constraint.max ?? 0, constraint.max ?? constraint.min ?? 0])].map(
        String,
      );
    case "uuid":
      return ["123e4567-e89b-42d3-a456-426614174000"];
    case "length":
      return ["x".repeat(Math.max(1, constraint.min ?? constraint.max ?? 1))];
    case "regex":
      return GUESSES.filter((guess) => new RegExp(`^(?:${constraint.source})$`, "u").test(guess));
    case "custom":
      return GUESSES.filter((guess) => constraint.test(guess));
  }
}
