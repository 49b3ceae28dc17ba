import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  formatHttpDate,
  formatIpAddress,
  parseCookies,
  parseContentDisposition,
  parseForwarded,
  parseForwardedNode,
  parseHostAndPort,
  parseHttpDate,
  parseIpAddress,
  parseMediaType,
  parseRange,
  serializeCookie,
  serializeContentDisposition,
  serializeForwarded,
  type ForwardedElement,
  parseAccept,
  parseEtagList,
  negotiateEncoding,
  negotiateLanguage,
} from "@armature/http";
import { type FuzzProperty, pure } from "./fuzz-property.ts";

const TOKEN = "!#$%&'*+-.^_`|~09AZaz";
const SPECIAL = '\\"=;,%/ \t<>*()[]{}?@:&+\0\r\n\x7f\x80\xff';

/** Text of the characters that header grammars are made of. */
const grammarText = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...TOKEN.split("")) },
    { weight: 2, arbitrary: fc.constantFrom(...SPECIAL.split("")) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("q=0.5", "bytes=", 'W/"', "%c3%a4", "utf-8''", "filename*=", "1-", "\u20ac"),
    },
  ),
  maxLength: 60,
});

const cookieName = fc.string({ unit: fc.constantFrom(...TOKEN.split("")), minLength: 1, maxLength: 10 });

function property(name: string, holds: fc.IAsyncProperty<unknown>): FuzzProperty {
  return { name, open: async () => pure(holds) };
}

const cookies = property(
  "cookies are read as they were written, whatever their value",
  fc.asyncProperty(cookieName, fc.string({ unit: "grapheme", maxLength: 40 }), async (name, value) => {
    const [pair = ""] = serializeCookie(name, value).split(";");
    assert.equal(parseCookies(`first=1; ${pair}; last=2`)[name], name === "first" ? "1" : value);
  }),
);

/** Names without folders and control characters, which are dropped and replaced. */
const fileName = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((name) => !/[/\\\p{Cc}]|^\.\.?$/u.test(name));

const disposition = property(
  "file names are read as they were written, whatever they are",
  fc.asyncProperty(fileName, async (filename) => {
    const text = serializeContentDisposition("attachment", filename);
    assert.doesNotMatch(text, /[^\x20-\x7e]/);
    assert.equal(parseContentDisposition(text)?.filename, filename, text);
  }),
);

const dates = property(
  "dates are read as they were written",
  fc.asyncProperty(fc.integer({ min: 0, max: 253_402_300_799 }), async (seconds) => {
    const date = new Date(seconds * 1000);
    assert.equal(parseHttpDate(formatHttpDate(date))?.getTime(), date.getTime());
  }),
);

const addresses = property(
  "addresses are read as they were written, whatever their spelling",
  fc.asyncProperty(fc.oneof(fc.ipV4(), fc.ipV6()), async (text) => {
    const address = parseIpAddress(text);
    assert.ok(address !== null, text);
    const spelled = formatIpAddress(address);
    assert.deepEqual(parseIpAddress(spelled), address);
    assert.equal(formatIpAddress(parseIpAddress(spelled) ?? address), spelled);
    assert.deepEqual(parseIpAddress(text.toUpperCase()), address);
  }),
);

/** Text that a quoted string can hold. */
const quotable = fc.option(
  fc.string({ unit: fc.constantFrom(...' !"#,;=[\\]_:.aZ09\t\xe4'.split("")), maxLength: 12 }),
  { nil: null },
);

const extension = fc.record(
  {
    name: cookieName.map((name) => `x-${name.toLowerCase()}`),
    value: fc.string({ unit: fc.constantFrom(...'a,;="\\ '.split("")), maxLength: 5 }),
  },
  { noNullPrototype: true },
);

const element: fc.Arbitrary<ForwardedElement> = fc.record(
  {
    for: quotable,
    by: quotable,
    host: quotable,
    proto: quotable,
    extensions: fc.uniqueArray(extension, { maxLength: 2, selector: ({ name }) => name }),
  },
  { noNullPrototype: true },
);

function saysSomething({ extensions, ...rest }: ForwardedElement): boolean {
  return extensions.length > 0 || Object.values(rest).some((value) => value !== null);
}

const forwarded = property(
  "what proxies say is read as it was written",
  fc.asyncProperty(fc.array(element, { maxLength: 3 }), async (elements) => {
    const text = serializeForwarded(elements);
    assert.deepEqual(parseForwarded(text), elements.filter(saysSomething), text);
  }),
);

/** Readers of header fields; bad text is `null`, a default or left out, and never an error. */
const READERS: readonly ((text: string) => unknown)[] = [
  parseCookies,
  parseContentDisposition,
  parseHttpDate,
  parseMediaType,
  parseAccept,
  parseEtagList,
  parseForwarded,
  parseForwardedNode,
  parseHostAndPort,
  parseIpAddress,
  (text) => parseRange(text, 1000),
  (text) => negotiateEncoding(text, ["gzip", "br"]),
  (text) => negotiateLanguage(text, ["en", "de-AT"]),
];

const readers = property(
  "no header value makes its reader throw",
  fc.asyncProperty(grammarText, async (text) => {
    for (const read of READERS) read(text);
  }),
);

/** What holds for the text of header fields. */
export const TEXT_PROPERTIES: readonly FuzzProperty[] = [
  cookies,
  disposition,
  dates,
  addresses,
  forwarded,
  readers,
];
