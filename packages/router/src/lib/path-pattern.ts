/** A parsed path pattern. */
export interface PathPattern {
  /** The pattern as it was given. */
  readonly path: string;
  /** What stands between the slashes; "/" has one empty static segment. */
  readonly segments: readonly PatternSegment[];
}

/** One segment of a pattern. */
export type PatternSegment = StaticSegment | ParamSegment | WildcardSegment;

/** Text that the path must have. */
export interface StaticSegment {
  readonly kind: "static";
  /** As it stands in a canonical path, e.g. "caf%C3%A9"; ":" and "*" written as themselves. */
  readonly text: string;
  readonly optional: boolean;
}

/** A parameter: one segment of one or more characters. */
export interface ParamSegment {
  readonly kind: "param";
  readonly name: string;
  /** What the decoded segment must be; `null` where anything goes. */
  readonly constraint: Constraint | null;
  readonly optional: boolean;
}

/** The rest of the path, slashes included; always the last segment. */
export interface WildcardSegment {
  readonly kind: "wildcard";
  readonly name: string;
  /** Whether it also matches nothing: neither characters, nor even the slash before them. */
  readonly optional: boolean;
}

/** What the decoded text of a parameter must be. */
export type Constraint =
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "range"; readonly min: number | null; readonly max: number | null }
  | { readonly kind: "int" }
  | { readonly kind: "uuid" }
  | { readonly kind: "regex"; readonly source: string }
  | { readonly kind: "custom"; readonly name: string; readonly test: SegmentTest }
  | { readonly kind: "length"; readonly min: number | null; readonly max: number | null };

/** A constraint of the application's own: judges the decoded segment; only `true` accepts it. */
export type SegmentTest = (segment: string) => boolean;

/** How patterns are read. */
export interface PatternOptions {
  /** Constraints by name, e.g. `{ hex: (segment) => /^[0-9a-f]+$/.test(segment) }` for `/:key(hex)`. Default: none. */
  readonly constraints?: Readonly<Record<string, SegmentTest>>;
}
