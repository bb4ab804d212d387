const heading = '## [Unreleased]';

/**
 * What stands under "Unreleased", without its heading; empty where nothing does, also where only the headings of kinds are left.
 *
 * @param {string} changelog
 * @returns {string}
 */
export function unreleased(changelog) {
  const [, after] = changelog.split(`${heading}\n`);
  if (after === undefined) return '';
  const entries = (after.split(/^## /m)[0] ?? '').trim();
  return /^- /m.test(entries) ? entries : '';
}

/**
 * The changelog once a version is out: what was unreleased stands under the version and its date, and nothing is unreleased.
 *
 * @param {string} changelog
 * @param {string} version
 * @param {string} date as YYYY-MM-DD
 * @returns {string}
 */
export function releasedChangelog(changelog, version, date) {
  return changelog.replace(`${heading}\n`, `${heading}\n\n## [${version}] - ${date}\n`);
}

/**
 * Whether the changelog has a section of this version, released or not.
 *
 * @param {string} changelog
 * @param {string} version
 */
export function tells(changelog, version) {
  return changelog.includes(`\n## [${version}]`);
}
