import { expect, it } from 'vitest';
import { redactor } from '../redact.ts';
import { redactPatch } from './redact-patch.ts';

const redact = redactor(['correct-horse-battery']);
const head = 'diff --git a/key.pem b/key.pem\n--- a/key.pem\n+++ b/key.pem\n';

it('takes a secret out of the line in which it stands', () => {
  expect(redactPatch(`${head}@@ -1 +1 @@\n-pass=correct-horse-battery;\n+pass=?;\n`, redact)).toBe(
    `${head}@@ -1 +1 @@\n-pass=[secret removed];\n+pass=?;\n`,
  );
});

it('leaves as many lines as there were where a key goes over several, each on its side', () => {
  const patch = `${head}@@ -1,2 +1,4 @@\n a\n+-----BEGIN PRIVATE KEY-----\n+MIIE\n+-----END PRIVATE KEY-----\n-b\n`;
  expect(redactPatch(patch, redact)).toBe(`${head}@@ -1,2 +1,4 @@\n a\n+[secret removed]\n+[secret removed]\n+[secret removed]\n-b\n`);
});

it('ends a key that was cut off with the lines that are shown together, and touches no head', () => {
  const patch = `${head}@@ -1 +1,2 @@\n+-----BEGIN RSA PRIVATE KEY-----\n+MIIE\n@@ -9 +10 @@\n+after\n${head}@@ -1 +1 @@\n+other\n`;
  expect(redactPatch(patch, redact)).toBe(
    `${head}@@ -1 +1,2 @@\n+[secret removed]\n+[secret removed]\n@@ -9 +10 @@\n+after\n${head}@@ -1 +1 @@\n+other\n`,
  );
});

it('keeps the sign that a file ends without a newline', () => {
  const patch = `${head}@@ -0,0 +1,2 @@\n+-----BEGIN PRIVATE KEY-----\n+MIIE\n\\ No newline at end of file\n`;
  expect(redactPatch(patch, redact)).toBe(`${head}@@ -0,0 +1,2 @@\n+[secret removed]\n+[secret removed]\n\\ No newline at end of file\n`);
});

it('changes nothing where there is no secret', () => {
  const patch = `${head}@@ -1 +1 @@\n-a\r\n+b\r\n`;
  expect(redactPatch(patch, redact)).toBe(patch);
});
