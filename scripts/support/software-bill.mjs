import { SPDX } from '@cyclonedx/cyclonedx-library';

/**
 * @typedef {{ name: string, version: string, identifier: string | null }} LinkedLibrary one that was linked into the dashboard
 * @typedef {{ 'bom-ref': string, name: string, version: string, licenses?: { license?: { id?: string, name?: string }, expression?: string }[] }} Component
 * @typedef {{ specVersion: string, metadata: { component: Component }, components: Component[], dependencies: { ref: string, dependsOn: string[] }[] }} Bill
 */

/** Packages of which npm tells no licence, because what they say of it ("MIT OR Apache") is no expression of SPDX. */
const meant = [{ name: /^sqlite-vec(?:-|$)/, licence: 'MIT OR Apache-2.0' }];

/**
 * The package and its lock file as if there were nothing to develop with.
 *
 * @param {any} manifest
 * @param {any} lock
 */
export function forUsers(manifest, lock) {
  const kept = Object.entries(lock.packages).filter(
    ([name, entry]) => name.startsWith('node_modules/') && entry.dev !== true && entry.link !== true,
  );
  const packages = { '': withoutTools(lock.packages['']), ...Object.fromEntries(kept) };
  return { 'package.json': withoutTools(manifest), 'package-lock.json': { ...lock, packages } };
}

/** @param {object} manifest */
function withoutTools(manifest) {
  return Object.fromEntries(Object.entries(manifest).filter(([name]) => name !== 'devDependencies' && name !== 'workspaces'));
}

/**
 * The bill of what npm installs, with what browsers are given added to it: those libraries are linked into the dashboard, and npm knows them
 * as tools of the development alone.
 *
 * @param {Bill} bill as `npm sbom` prints it, left as it is
 * @param {readonly LinkedLibrary[]} linked
 * @returns {Bill}
 */
export function withLinkedLibraries(bill, linked) {
  const known = new Set(bill.components.map((component) => component['bom-ref']));
  const added = linked.map(componentOf).filter((component) => !known.has(component['bom-ref']));
  const root = bill.metadata.component['bom-ref'];
  const references = linked.map(({ name, version }) => `${name}@${version}`);
  return {
    ...bill,
    components: [...bill.components.map(withLicence), ...added],
    dependencies: [
      ...bill.dependencies.map((entry) =>
        entry.ref === root ? { ...entry, dependsOn: [...new Set([...entry.dependsOn, ...references])] } : entry,
      ),
      ...added.map((component) => ({ ref: component['bom-ref'], dependsOn: [] })),
    ],
  };
}

/** @param {LinkedLibrary} library */
function componentOf({ name, version, identifier }) {
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    scope: 'required',
    purl: `pkg:npm/${name.replace(/^@/, '%40')}@${version}`,
    properties: [{ name: 'cdx:npm:package:bundled', value: 'true' }],
    licenses: identifier === null ? [] : [licenceOf(identifier)],
  };
}

/** @param {Component} component */
function withLicence(component) {
  const known = component.licenses === undefined ? meant.find(({ name }) => name.test(component.name)) : undefined;
  return known === undefined ? component : { ...component, licenses: [licenceOf(known.licence)] };
}

/** Some packages write the name of their licence in small letters. @param {string} told */
function licenceOf(told) {
  return /[ ()]/.test(told) ? { expression: told } : { license: { id: SPDX.fixupSpdxId(told) ?? told } };
}

/**
 * The licence of each component as one expression of SPDX; `undefined` where none is told.
 *
 * @param {Bill} bill
 * @returns {{ component: string, licence: string | undefined }[]}
 */
export function licences({ components }) {
  return components.map((component) => ({
    component: component['bom-ref'],
    licence: component.licenses?.map(({ license, expression }) => expression ?? license?.id ?? license?.name).join(' AND ') || undefined,
  }));
}
