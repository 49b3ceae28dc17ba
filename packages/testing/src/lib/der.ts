/** One value of ASN.1 in its distinguished encoding (X.690): tag, length, content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

/** A number that is not negative. */
export function integer(value: number | Uint8Array): Buffer {
  const bytes = typeof value === "number" ? Buffer.of(value) : Buffer.from(value);
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return der(0x02, isNegative ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

/** An object identifier like "2.5.29.17". */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return der(0x06, Buffer.of(first * 40 + second, ...rest.flatMap(base128)));
}

/** A moment between 1950 and 2049. */
export function utcTime(moment: Date): Buffer {
  const digits = moment.toISOString().replaceAll(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

/** Bits that are whole bytes. */
export function bitString(bytes: Uint8Array): Buffer {
  return der(0x03, Buffer.of(0), bytes);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const text = length.toString(16);
  const digits = Buffer.from(text.padStart(text.length + (text.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.of(0x80 | digits.length), digits]);
}

function base128(value: number): number[] {
  const low = value & 0x7f;
  const high = Math.floor(value / 128);
  return high === 0 ? [low] : [...base128(high).map((digit) => digit | 0x80), low];
}
