import { frameOf } from "../harness/frame-client.ts";
import {
  bad,
  good,
  more,
  ping,
  text,
  textNote,
  type Conversation,
  type ConversationGroup,
} from "./conversation.ts";

/** The first and the last of each length, both sides of the surrogates, non-characters, which are allowed, and a BOM, which stays. */
const POINTS = [
  0x00, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfdd0, 0xfdef, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x1_0000,
  0x1_fffe, 0x1_ffff, 0x2_fffe, 0xf_ffff, 0x10_0000, 0x10_fffe, 0x10_ffff,
];

const TEXTS = ["Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "\ufeffbom", "𐍈 and 👩‍👩‍👧"];

/** What is no UTF-8 (RFC 3629, 3); "|" stands behind the first byte that tells. */
const WRONG = {
  "a continuation of nothing": ["80|", "bf|", "61bf|", "80|80", "bf|bfbf", "c2a9a9|"],
  "a byte that never occurs": ["c0|", "c1|", "f5|", "f6|", "f7|", "f8|", "fb|", "fc|", "fd|", "fe|", "ff|"],
  "a character that another one breaks off": [
    "c220|",
    "df20|",
    "e120|",
    "e18020|",
    "f120|",
    "f18020|",
    "f1808020|",
  ],
  "a character that a first byte breaks off": ["c2c2|a9", "e1e1|8080", "e180e1|8080", "f1f1|", "f18080f0|"],
  "an overlong form": [
    "c0|80",
    "c0|af",
    "c1|bf",
    "e080|80",
    "e080|af",
    "e09f|bf",
    "f080|8080",
    "f080|80af",
    "f08f|bfbf",
  ],
  "an overlong form of five or six bytes": ["f8|80808080", "f8|87bfbfbf", "fc|8080808080", "fc|83bfbfbfbf"],
  "a surrogate": ["eda0|80", "edad|bf", "edae|80", "edaf|bf", "edb0|80", "edbe|80", "edbf|bf"],
  "two surrogates": ["eda0|80edb080", "eda0|80edbfbf", "edaf|bfedb080", "edaf|bfedbfbf"],
  "a number above U+10FFFF": ["f490|8080", "f4bf|bfbf", "f5|808080", "f7|bfbfbf"],
};

const THE_START = "κόσμε";

function pointNote(point: number): string {
  return `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A text whole, and in two fragments at every place. */
function taken(name: string, content: string): Conversation[] {
  const bytes = Buffer.from(content);
  const heard = [textNote(content)];
  return [
    good(`${name}, whole`, [text(content)], heard),
    ...Array.from({ length: bytes.length - 1 }, (_, at) =>
      good(
        `${name}, in two behind byte ${at + 1}`,
        [text(bytes.subarray(0, at + 1), false), ping("p"), more(bytes.subarray(at + 1), true)],
        ["pong p", ...heard],
      ),
    ),
    good(
      `${name}, a byte at a time`,
      Array.from(bytes, (byte, at) =>
        frameOf({ opcode: at === 0 ? 1 : 0, payload: Buffer.of(byte), isFinal: at === bytes.length - 1 }),
      ),
      heard,
    ),
  ];
}

/** Wrong bytes behind good ones: whole, in a frame whose rest never comes, and in a fragment that others would follow. */
function refused(name: string, hex: string): Conversation[] {
  const [telling = "", rest = ""] = hex.split("|");
  const start = Buffer.concat([Buffer.from(THE_START), Buffer.from(telling, "hex")]);
  const whole = Buffer.concat([start, Buffer.from(rest, "hex"), Buffer.from("edited")]);
  const unfinished = frameOf({ payload: start, length: start.length + 100 });
  return [
    bad(`${name} ${hex}`, 1007, [text(whole)]),
    bad(`${name} ${hex}, before its message is there`, 1007, [unfinished]),
    bad(`${name} ${hex}, in the first fragment`, 1007, [text(start, false)]),
    bad(
      `${name} ${hex}, each byte in a fragment`,
      1007,
      Array.from(start, (byte, at) =>
        frameOf({ opcode: at === 0 ? 1 : 0, payload: Buffer.of(byte), isFinal: false }),
      ),
    ),
  ];
}

/** A character that the end of its message breaks off, behind each of its bytes. */
function cutOff(character: string): Conversation[] {
  const bytes = Buffer.from(character);
  return Array.from({ length: bytes.length - 1 }, (_, at) => {
    const start = bytes.subarray(0, at + 1);
    const name = `${at + 1} of the ${bytes.length} bytes of a character`;
    return [
      bad(`${name}, and no more`, 1007, [text(start)]),
      bad(`${name} behind others, and no more`, 1007, [text(Buffer.concat([Buffer.from(THE_START), start]))]),
      bad(
        `${name} in the last fragment`,
        1007,
        [text(THE_START, false), ping("p"), more(start, true)],
        ["pong p"],
      ),
      bad(`${name}, and an empty last fragment`, 1007, [text(start, false), more("", true)]),
    ];
  }).flat();
}

/** Texts (RFC 6455, 8.1). */
export const UTF8: ConversationGroup = {
  name: "UTF-8",
  conversations: [
    ...POINTS.flatMap((point) => taken(pointNote(point), String.fromCodePoint(point))),
    ...TEXTS.slice(0, 2).flatMap((content) => taken(JSON.stringify(content), content)),
    ...TEXTS.map((content) =>
      good(
        `${JSON.stringify(content)} among others`,
        [text("a"), text(content)],
        ["text a", textNote(content)],
      ),
    ),
    ...Object.entries(WRONG).flatMap(([name, all]) => all.flatMap((hex) => refused(name, hex))),
    ...["µ", "€", "👩"].flatMap(cutOff),
    good(
      "bytes may be anything",
      [frameOf({ opcode: 2, payload: Buffer.from("eda080ff", "hex") })],
      [`binary ${Buffer.from("eda080ff", "hex").toString("latin1")}`],
    ),
  ],
};
