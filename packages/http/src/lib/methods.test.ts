import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allowsRequestBody,
  isIdempotentMethod,
  isRegisteredMethod,
  isSafeMethod,
  METHODS,
} from "./methods.ts";
import { isToken } from "./token.ts";

// name: safe, idempotent, as the IANA HTTP Method Registry has them.
const REGISTRY = `
ACL no yes | BASELINE-CONTROL no yes | BIND no yes | CHECKIN no yes | CHECKOUT no yes | CONNECT no no | COPY no yes
DELETE no yes | GET yes yes | HEAD yes yes | LABEL no yes | LINK no yes | LOCK no no | MERGE no yes | MKACTIVITY no yes
MKCALENDAR no yes | MKCOL no yes | MKREDIRECTREF no yes | MKWORKSPACE no yes | MOVE no yes | OPTIONS yes yes
ORDERPATCH no yes | PATCH no no | POST no no | PROPFIND yes yes | PROPPATCH no yes | PUT no yes | QUERY yes yes
REBIND no yes | REPORT yes yes | SEARCH yes yes | TRACE yes yes | UNBIND no yes | UNCHECKOUT no yes | UNLINK no yes
UNLOCK no yes | UPDATE no yes | UPDATEREDIRECTREF no yes | VERSION-CONTROL no yes
`;

test("the methods are those of the registry, with their properties", () => {
  const rows = REGISTRY.trim()
    .split(/\s*[|\n]\s*/)
    .map((row) => row.split(" "));
  assert.deepEqual(new Set(METHODS), new Set(rows.map(([name]) => name)));
  assert.equal(new Set(METHODS).size, METHODS.length);
  for (const [name = "", safe, idempotent] of rows) {
    assert.equal(isRegisteredMethod(name), true, name);
    assert.equal(isSafeMethod(name), safe === "yes", name);
    assert.equal(isIdempotentMethod(name), idempotent === "yes", name);
    assert.equal(isToken(name), true, name);
  }
});

test("what is not registered has no properties; case counts", () => {
  for (const name of ["get", "Get", "PURGE", "", "*", "PRI", "constructor", "__proto__"]) {
    assert.equal(isRegisteredMethod(name), false, name);
    assert.equal(isSafeMethod(name), false, name);
    assert.equal(isIdempotentMethod(name), false, name);
  }
});

test("bodies mean nothing in GET, HEAD, TRACE and CONNECT", () => {
  for (const name of ["GET", "HEAD", "TRACE", "CONNECT"]) assert.equal(allowsRequestBody(name), false, name);
  for (const name of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "PURGE"]) {
    assert.equal(allowsRequestBody(name), true, name);
  }
});
