/** A value with its type. */
export interface Tlv {
  readonly type: number;
  readonly value: Buffer;
}

/** Reads values that each stand behind their type and length, up to the last byte; `null` where one goes beyond it. */
export function readTlvs(bytes: Buffer): readonly Tlv[] | null {
  const tlvs: Tlv[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 3 > bytes.length) return null;
    const end = at + 3 + bytes.readUInt16BE(at + 1);
    if (end > bytes.length) return null;
    tlvs.push({ type: bytes.readUInt8(at), value: bytes.subarray(at + 3, end) });
    at = end;
  }
  return tlvs;
}

/** The first value of a type. */
export function findTlv(tlvs: readonly Tlv[], type: number): Buffer | null {
  return tlvs.find((tlv) => tlv.type === type)?.value ?? null;
}
