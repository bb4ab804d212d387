import { join } from 'node:path';

/** Where programs keep what proves who their user is, by the folder of that user. */
const ofHome = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.config/gcloud',
  '.config/gh',
  '.config/glab-cli',
  '.docker',
  '.kube',
  '.npmrc',
  '.yarnrc.yml',
  '.netrc',
  '.git-credentials',
  '.config/git/credentials',
  '.pypirc',
  '.pgpass',
  '.my.cnf',
  '.cargo/credentials.toml',
  '.gem/credentials',
  '.m2/settings.xml',
  '.gradle/gradle.properties',
  '.claude',
  '.claude.json',
  '.codex',
  '.gemini',
] as const;

/** What a release on this machine is kept from seeing: everything of ours, and the user's own keys. Its own folder is seen all the same. */
export function secretPlaces(of: { readonly home: string; readonly stateRoot: string; readonly configFolder: string }): readonly string[] {
  return [of.stateRoot, of.configFolder, ...ofHome.map((name) => join(of.home, name))];
}
