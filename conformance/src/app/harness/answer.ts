/** An answer, whichever way it came. */
export class Answer {
  /** 0 where the connection was cut before there was an answer. */
  readonly status: number;
  /** Names in lower case, in order of arrival. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly bytes: Buffer;
  /** Whether the body was cut off before its end. */
  readonly cut: boolean;

  constructor(
    status: number,
    fields: readonly (readonly [name: string, value: string])[],
    bytes: Buffer,
    cut: boolean,
  ) {
    this.status = status;
    this.fields = fields.map(([name, value]) => [name.toLowerCase(), value]);
    this.bytes = bytes;
    this.cut = cut;
  }

  get text(): string {
    return this.bytes.toString("utf8");
  }

  get json(): unknown {
    return JSON.parse(this.text);
  }

  /** Problem details; fails where the answer has none. */
  get problem(): Record<string, unknown> {
    const type = this.header("content-type");
    if (type !== "application/problem+json")
      throw new Error(`${this.status} with ${type ?? "no content-type"}: ${this.text}`);
    return this.json as Record<string, unknown>; // problem details are objects (RFC 9457)
  }

  /** The value of a field, several lines joined by ", ". */
  header(name: string): string | undefined {
    const values = this.all(name);
    return values.length === 0 ? undefined : values.join(", ");
  }

  /** The values of all lines of a field. */
  all(name: string): string[] {
    return this.fields.filter(([one]) => one === name).map(([, value]) => value);
  }
}
