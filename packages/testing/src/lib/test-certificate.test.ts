import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { createTestCertificate } from "./test-certificate.ts";

test("a certificate is for its names and addresses, and its key fits", () => {
  const { cert, key } = createTestCertificate({
    names: ["a.example", "*.b.example", "10.0.0.1", "2001:db8::1"],
  });
  const parsed = new X509Certificate(cert);
  assert.equal(parsed.subject, "CN=a.example");
  for (const name of ["a.example", "www.b.example"])
    assert.equal(parsed.checkHost(name), name.replace("www", "*"));
  for (const address of ["10.0.0.1", "2001:db8::1"]) assert.equal(parsed.checkIP(address), address);
  assert.equal(parsed.checkHost("c.example"), undefined);
  assert.ok(parsed.checkPrivateKey(createPrivateKey(key)));
  assert.equal(parsed.ca, false);
});

test("an authority signs others", () => {
  const authority = createTestCertificate({ names: ["authority"], isAuthority: true });
  const signed = new X509Certificate(createTestCertificate({ issuer: authority }).cert);
  const root = new X509Certificate(authority.cert);
  assert.ok(root.ca);
  assert.ok(signed.checkIssued(root));
  assert.ok(signed.verify(root.publicKey));
  assert.equal(new X509Certificate(createTestCertificate().cert).verify(root.publicKey), false);
});

test("the time that it is valid can be chosen, and a passphrase locks its key", () => {
  const past = createTestCertificate({
    names: ["x".repeat(63)],
    validFrom: new Date("2020-01-02T03:04:05Z"),
    validTo: new Date("2021-01-01T00:00:00Z"),
    passphrase: "sesame",
  });
  const parsed = new X509Certificate(past.cert);
  assert.equal(new Date(parsed.validFrom).toISOString(), "2020-01-02T03:04:05.000Z");
  assert.equal(new Date(parsed.validTo).toISOString(), "2021-01-01T00:00:00.000Z");
  assert.throws(() => createPrivateKey(past.key));
  assert.ok(createPrivateKey({ key: past.key, passphrase: "sesame" }));
});
