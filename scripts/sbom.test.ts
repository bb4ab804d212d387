import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import satisfies from 'spdx-satisfies';
import { expect, test } from 'vitest';
import { licences, withLinkedLibraries, type Bill } from './support/software-bill.mjs';
import { runNode } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

/** What may be a part of the package: licences that ask for a notice at most. */
const allowed = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-3.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
];

test('the bill is valid CycloneDX, holds what users are given and nothing of the development, and every licence in it is allowed', async () => {
  const file = path.join(temporaryFolder(), 'sbom.json');
  expect(await runNode(['scripts/sbom.mjs', file])).toMatchObject({ code: 0, stderr: '' });
  const text = readFileSync(file, 'utf8');
  const bill = JSON.parse(text) as Bill;
  expect(bill.specVersion).toBe('1.5');
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(text)).toBeNull();
  const names = bill.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['sqlite-vec-linux-arm64', 'react', '@xyflow/react']));
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  expect(Object.keys(dependencies).filter((name) => !names.includes(name))).toEqual([]);
  for (const name of ['vitest', 'typescript', 'playwright-core', 'vite', 'node']) expect(names).not.toContain(name);
  const told = licences(bill);
  expect(told.filter(({ licence }) => licence === undefined)).toEqual([]);
  expect(told.filter(({ licence = '' }) => !satisfies(licence, allowed))).toEqual([]);
});

test('a library that is linked is a component of its own, once, on which the package depends', () => {
  const bill = withLinkedLibraries(installed, [
    { name: '@scope/seen', version: '2.0.0', identifier: 'mit' },
    { name: 'both', version: '1.0.0', identifier: 'ISC' },
  ]);
  expect(bill.components.map((component) => component['bom-ref'])).toEqual(['both@1.0.0', '@scope/seen@2.0.0']);
  expect(bill.dependencies).toEqual([
    { ref: 'ours@1.0.0', dependsOn: ['both@1.0.0', '@scope/seen@2.0.0'] },
    { ref: 'both@1.0.0', dependsOn: [] },
    { ref: '@scope/seen@2.0.0', dependsOn: [] },
  ]);
  expect(bill.components[1]).toMatchObject({ purl: 'pkg:npm/%40scope/seen@2.0.0', licenses: [{ license: { id: 'MIT' } }] });
});

test('a package that says its licence in words of its own has the one that it means', () => {
  const components = [{ 'bom-ref': 'sqlite-vec@1', name: 'sqlite-vec', version: '1' }];
  expect(licences(withLinkedLibraries({ ...installed, components }, []))).toEqual([
    { component: 'sqlite-vec@1', licence: 'MIT OR Apache-2.0' },
  ]);
});

test('a licence is told as one expression, and a component without one is seen', () => {
  const components = [
    { 'bom-ref': 'a@1', name: 'a', version: '1', licenses: [{ license: { id: 'MIT' } }] },
    { 'bom-ref': 'b@1', name: 'b', version: '1', licenses: [{ expression: '(MIT OR GPL-3.0-only)' }] },
    { 'bom-ref': 'c@1', name: 'c', version: '1' },
  ];
  const told = licences({ ...installed, components });
  expect(told.map(({ licence }) => licence)).toEqual(['MIT', '(MIT OR GPL-3.0-only)', undefined]);
  expect(satisfies('GPL-3.0-only', allowed)).toBe(false);
  expect(satisfies('(MIT OR GPL-3.0-only)', allowed)).toBe(true);
});

const installed: Bill = {
  specVersion: '1.5',
  metadata: { component: { 'bom-ref': 'ours@1.0.0', name: 'ours', version: '1.0.0' } },
  components: [{ 'bom-ref': 'both@1.0.0', name: 'both', version: '1.0.0', licenses: [{ license: { id: 'ISC' } }] }],
  dependencies: [
    { ref: 'ours@1.0.0', dependsOn: ['both@1.0.0'] },
    { ref: 'both@1.0.0', dependsOn: [] },
  ],
};
