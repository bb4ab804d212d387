/**
 * Makes a version of the checkout it is started in: `node scripts/release.mjs 1.2.0`, or `npm run release -- 1.2.0`.
 *
 * Says what it would do, and does it with `--write`: what the changelog calls unreleased becomes the version's section with today's date, the version
 * goes into package.json and its lock file, and one commit with an annotated tag `v1.2.0` holds that. It pushes and publishes nothing. Refuses, with
 * every reason it finds, a tree with changes, a version that is none or not a later one, a tag or a section that is there already, a changelog with
 * nothing to tell, and a version of which no runs were recorded: later versions are tested with them. Ends with 0 when it is done or could be, with 1 when it refuses.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import semver from 'semver';
import { releasedChangelog, tells, unreleased } from './support/release-changelog.mjs';

/** @param {string[]} args @returns {string} what git prints. */
function git(...args) {
  const { status, stdout, stderr, error } = spawnSync('git', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

/** @param {string} file */
const read = (file) => readFileSync(file, 'utf8');

/** @param {string} file @param {unknown} content */
const writeJson = (file, content) => writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);

/**
 * Everything that speaks against this version, in sentences.
 *
 * @param {string} version
 * @param {{ current: string, changelog: string }} state
 * @returns {string[]}
 */
function reasonsAgainst(version, { current, changelog }) {
  const reasons = [];
  if (semver.valid(version) !== version) reasons.push(`"${version}" is no version: give one such as 1.2.0.`);
  // The first one is the version that the package has had all along.
  else if (!semver.gt(version, current) && !(version === current && git('tag', '--list', 'v*') === ''))
    reasons.push(`${version} is not later than ${current}, the version in package.json.`);
  if (git('status', '--porcelain') !== '') reasons.push('The tree has changes: commit or put away what `git status` shows.');
  if (git('tag', '--list', `v${version}`) !== '') reasons.push(`The tag v${version} is there already.`);
  if (tells(changelog, version)) reasons.push(`CHANGELOG.md has a section of ${version} already.`);
  if (unreleased(changelog) === '') reasons.push('CHANGELOG.md tells of nothing under "Unreleased": write down what users will notice.');
  const recorded = `test/upgrade/recorded/${version}`;
  if (semver.valid(version) === version && git('ls-files', recorded) === '')
    reasons.push(`No runs of it are recorded: commit what node scripts/record-journals.mjs ${recorded} makes.`);
  return reasons;
}

/** @param {string} version @param {{ manifest: any, lock: any, changelog: string }} state */
function release(version, { manifest, lock, changelog }) {
  lock.packages[''].version = version;
  writeJson('package.json', { ...manifest, version });
  writeJson('package-lock.json', { ...lock, version });
  writeFileSync('CHANGELOG.md', releasedChangelog(changelog, version, new Date().toISOString().slice(0, 10)));
  git('commit', '--quiet', '--message', `Version ${version}`, '--', 'package.json', 'package-lock.json', 'CHANGELOG.md');
  git('tag', '--annotate', '--message', `Version ${version}`, `v${version}`);
}

function main() {
  const { values, positionals } = parseArgs({ options: { write: { type: 'boolean', default: false } }, allowPositionals: true });
  const [version = ''] = positionals;
  const manifest = JSON.parse(read('package.json'));
  const state = { manifest, lock: JSON.parse(read('package-lock.json')), changelog: read('CHANGELOG.md') };
  const reasons = reasonsAgainst(version, { current: manifest.version, changelog: state.changelog });
  if (reasons.length > 0) {
    for (const reason of reasons) console.error(reason);
    return 1;
  }
  const entries = unreleased(state.changelog).match(/^- /gm)?.length;
  console.log(`${manifest.version} -> ${version}, with ${entries} entries of the changelog, as one commit with the tag v${version}.`);
  if (!values.write) {
    console.log('Nothing was changed; add --write to do it.');
    return 0;
  }
  release(version, state);
  console.log(`Done. What is left: npm run build && npm publish, and git push --follow-tags.`);
  return 0;
}

process.exitCode = main();
