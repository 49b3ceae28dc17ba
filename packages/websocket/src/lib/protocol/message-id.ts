/**
 * The id of a message in the history of a room: which history it is of, and its number there, from 1. The numbers have no gaps; a
 * history that is lost begins again under another name.
 */
export interface MessageId {
  readonly epoch: string;
  readonly number: number;
}

const ID = /^([0-9A-Za-z]{1,32})-(0|[1-9][0-9]{0,14})$/;

/** Reads an id; `null` for what is none. */
export function parseMessageId(text: string): MessageId | null {
  const [, epoch, number] = ID.exec(text) ?? [];
  return epoch === undefined ? null : { epoch, number: Number(number) };
}

/** Writes an id. */
export function formatMessageId({ epoch, number }: MessageId): string {
  return `${epoch}-${number}`;
}

/**
 * How a message stands to the last one that was seen: "next" and "old" say what they mean, "gap" that there are messages in between,
 * or that it is of another history.
 */
export function followsOn(last: string | null, id: string): "next" | "old" | "gap" {
  const before = last === null ? null : parseMessageId(last);
  const next = parseMessageId(id);
  if (before === null || next === null || before.epoch !== next.epoch) return "gap";
  if (next.number === before.number + 1) return "next";
  return next.number <= before.number ? "old" : "gap";
}
