import { parseSyml } from '@yarnpkg/parsers';
import type { Lock, LockedPackage } from './locked.ts';
import { fieldsOf, textOf } from './records.ts';

/** yarn.lock of yarn 1 and of its successors. @throws where it is none. */
export function yarnLock(text: string): Lock {
  const entries = Object.entries(fieldsOf(parseSyml(text)));
  const isLater = entries.some(([key]) => key === '__metadata');
  const packages = entries.flatMap(([key, entry]) => (key === '__metadata' ? [] : (packageOf(key, fieldsOf(entry), isLater) ?? [])));
  return { packages, hasIntegrity: true };
}

function packageOf(key: string, entry: Readonly<Record<string, unknown>>, isLater: boolean): LockedPackage | undefined {
  const [, asked = ''] = /^((?:@[^/@]+\/)?[^@]+)@/.exec(key) ?? [];
  const version = textOf(entry['version']) ?? '';
  const resolution = textOf(entry['resolution']) ?? '';
  const [, name = asked, range = ''] =
    (isLater ? /^((?:@[^/@]+\/)?[^@]+)@([^]*)$/.exec(resolution) : /^(?:@[^/@]+\/)?[^@]+@npm:((?:@[^/@]+\/)?[^@]+)@/.exec(key)) ?? [];
  if (range.startsWith('workspace:') || name === '') return undefined;
  const integrity = textOf(entry[isLater ? 'checksum' : 'integrity']);
  const source = isLater ? laterSource(range) : (textOf(entry['resolved']) ?? '');
  return { ecosystem: 'npm', name, version, source, ...(integrity === undefined ? {} : { integrity }) };
}

/** `npm:1.0.0` is the registry's, `npm:1.0.0::__archiveUrl=...` comes from the address there, `patch:` changes another one of the list. */
function laterSource(range: string): string {
  const archive = /::__archiveUrl=([^&]+)/.exec(range)?.[1];
  if (archive !== undefined) return decodeURIComponent(archive);
  return /^(?:npm|patch):/.test(range) ? '' : range;
}
