import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';

const folder = fileURLToPath(new URL('../../deploy/systemd', import.meta.url));
const units = readdirSync(folder);
const lacking = spawnSync('systemd-analyze', ['--version']).error === undefined ? undefined : 'systemd is not installed';

function read(unit: string): string {
  return readFileSync(join(folder, unit), 'utf8');
}

function settingsOf(unit: string, name: string): readonly string[] {
  return [...read(unit).matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

it.skipIf(lacking !== undefined)(`systemd understands every line of the units${lacking === undefined ? '' : ` (${lacking})`}`, async () => {
  await using place = await temporaryFolder();
  for (const unit of units) {
    // It looks whether the program is there.
    const path = join(place.path, unit);
    await writeFile(path, read(unit).replace('ExecStart=/usr/local/bin/miyabi', 'ExecStart=/bin/true'));
    const { status, stderr, stdout } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    expect([unit, stdout, stderr.split('\n').filter((line) => line.includes(unit)), status]).toEqual([unit, '', [], 0]);
  }
});

it.each(units)('%s waits longer than what runs may take, and ends nothing that goes on without it', (unit) => {
  const [command = ''] = settingsOf(unit, 'ExecStart');
  const drain = Number(/--drain (\d+)/.exec(command)?.[1]);
  expect(Number(settingsOf(unit, 'TimeoutStopSec')[0])).toBeGreaterThan(drain);
  expect(settingsOf(unit, 'KillMode')).toEqual(['process']);
  expect([settingsOf(unit, 'Type'), settingsOf(unit, 'NotifyAccess')]).toEqual([['notify'], ['all']]);
});

it('the units have the same walls, and none that would keep worlds from having theirs', () => {
  const walls = units.map((unit) => read(unit).slice(read(unit).indexOf('# Walls around the service')));
  expect(new Set(walls).size).toBe(1);
  const breaking = ['ProtectHostname', 'ProtectKernelTunables', 'ProcSubset', 'MemoryDenyWriteExecute'];
  for (const name of breaking) expect([name, settingsOf('miyabi.service', name)]).toEqual([name, []]);
});
