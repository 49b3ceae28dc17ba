import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { parseContentDisposition, serializeContentDisposition } from "./content-disposition.ts";
import { assertField } from "./header-block.ts";

suite("parsing", () => {
  const cases: readonly (readonly [header: string, type: string, filename?: string])[] = [
    ["inline", "inline"],
    ["ATTACHMENT", "attachment"],
    ["attachment; filename=a.txt", "attachment", "a.txt"],
    ['Attachment; FileName="a b.txt"', "attachment", "a b.txt"],
    ['attachment; filename="a\\"b\\\\.txt"', "attachment", ".txt"],
    ['attachment; filename="a;b,c.txt"', "attachment", "a;b,c.txt"],
    ['form-data; name="file"; filename=""', "form-data"],
    // RFC 6266, 5
    ["attachment; filename*=UTF-8''%e2%82%ac%20rates", "attachment", "\u20ac rates"],
    ["attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates", "attachment", "\u20ac rates"],
    ["attachment; filename*=utf-8''new; filename=old", "attachment", "new"],
    // RFC 8187, 3.2.3
    ["attachment; filename*=iso-8859-1'en'%A3%20rates", "attachment", "\u00a3 rates"],
    // an extended value that is broken gives way to the plain one
    ["attachment; filename=a; filename*=UTF-8''%FF", "attachment", "a"],
    ["attachment; filename=a; filename*=UTF-16''b", "attachment", "a"],
    ["attachment; filename=a; filename*=b", "attachment", "a"],
    ["attachment; filename=a; filename*=UTF-8''%zz", "attachment", "a"],
    // folders are dropped
    ['attachment; filename="../../etc/passwd"', "attachment", "passwd"],
    ['attachment; filename="C:\\\\windows\\\\x.exe"', "attachment", "x.exe"],
    ["attachment; filename*=UTF-8''..%2F..%2Fx", "attachment", "x"],
    ['attachment; filename=".."', "attachment"],
    ['attachment; filename="a/."', "attachment"],
    ['attachment; filename="a/"', "attachment"],
  ];

  test("a table of fields", () => {
    for (const [header, type, filename] of cases) {
      const parsed = parseContentDisposition(header);
      assert.equal(parsed?.type, type, header);
      assert.equal(parsed?.filename, filename, header);
      assert.equal(parsed !== null && "filename" in parsed, filename !== undefined, header);
    }
  });

  test("all parameters are there as they were written, without a prototype", () => {
    const parsed = parseContentDisposition('form-data; Name="field[a]"; filename="x/y"; __proto__=1');
    assert.deepEqual(Object.entries(parsed?.parameters ?? {}), [
      ["name", "field[a]"],
      ["filename", "x/y"],
      ["__proto__", "1"],
    ]);
    assert.equal(Object.getPrototypeOf(parsed?.parameters), null);
  });

  test("what is malformed, or says something twice, is null", () => {
    for (const header of [
      "",
      ";",
      "a b",
      '"attachment"',
      "attachment, inline",
      "attachment; filename",
      "attachment; filename=",
      "attachment; filename=a b",
      'attachment; filename="a',
      "attachment; filename=a; filename=b",
      "attachment; filename=a; FILENAME=b",
    ]) {
      assert.equal(parseContentDisposition(header), null, header);
    }
  });
});

suite("serializing", () => {
  const cases: readonly (readonly [filename: string | undefined, rest: string])[] = [
    [undefined, ""],
    ["", ""],
    ["..", ""],
    ["a b.txt", '; filename="a b.txt"'],
    ["100%.txt", '; filename="100%.txt"'],
    // each of these has an exact form too
    ["\u20ac.txt", "; filename=\"_.txt\"; filename*=UTF-8''%E2%82%AC.txt"],
    ["na\u00efve.txt", "; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"],
    ["\ud83c\udf6a", "; filename=\"_\"; filename*=UTF-8''%F0%9F%8D%AA"],
    ['a"b', "; filename=\"a_b\"; filename*=UTF-8''a%22b"],
    ["a%20b", "; filename=\"a%20b\"; filename*=UTF-8''a%2520b"],
    ["\u00e4'()*!", "; filename=\"_'()*!\"; filename*=UTF-8''%C3%A4%27%28%29%2A!"],
    // cleaned
    ["a\r\nb\0", '; filename="a__b_"'],
    ["../x/y.txt", '; filename="y.txt"'],
    ["C:\\x\\y.txt", '; filename="y.txt"'],
    ["a\ud800b", "; filename=\"a_b\"; filename*=UTF-8''a%EF%BF%BDb"],
  ];

  test("a table of names", () => {
    for (const [filename, rest] of cases) {
      assert.equal(serializeContentDisposition("attachment", filename), `attachment${rest}`, filename);
    }
  });

  test("types are tokens", () => {
    for (const type of ["", "a b", 'a"', "a;b", "a\r\nb"]) {
      assert.throws(() => serializeContentDisposition(type, "x"), {
        code: "E_DISPOSITION_INVALID",
        status: 500,
      });
    }
  });

  test("any name is a field that can be sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (filename) => {
        assertField("content-disposition", serializeContentDisposition("attachment", filename));
      }),
    );
  });

  test("names without folders and control characters are read again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        const filename = `f${text.replace(/[/\\]|\p{Cc}/gu, "_")}`;
        const field = serializeContentDisposition("inline", filename);
        assert.equal(parseContentDisposition(field)?.filename, filename);
      }),
    );
  });
});
