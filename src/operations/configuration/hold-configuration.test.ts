import { expect, it } from 'vitest';
import type { ConfigLayer } from '../../domain/resolve-config.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import type { Reloaded } from '../../ports/own-configuration.ts';
import { holdConfiguration } from './hold-configuration.ts';

/** A user's file that is what it is set to, and whoever holds it. */
function held(first: unknown) {
  const file = { values: first };
  const read = (): readonly ConfigLayer[] => {
    const layers: ConfigLayer[] = [
      { source: 'environment', origin: 'the environment', values: { worlds: { count: 2 } } },
      ...(file.values === undefined ? [] : [{ source: 'user', origin: 'config.yaml', values: file.values } as const]),
    ];
    resolveConfig(layers);
    return layers;
  };
  const told: Reloaded[] = [];
  const configuration = holdConfiguration({
    first: read(),
    read: async () => await Promise.resolve(read()),
    watch: () => ({ [Symbol.dispose]: () => undefined }),
  });
  configuration.subscribe((reloaded) => void told.push(reloaded));
  return { file, told, configuration, config: () => resolveConfig(configuration.current()).config };
}

it('takes over what changed, and tells the keys', async () => {
  const { file, told, configuration, config } = held({ log: { level: 'warn' } });
  file.values = { log: { level: 'debug' }, gates: { askAbove: 3 } };
  await configuration.reload();
  expect(told).toEqual([{ kind: 'changed', keys: ['gates.askAbove', 'log.level'], waiting: [] }]);
  expect(config()).toMatchObject({ log: { level: 'debug' }, gates: { askAbove: 3 } });
});

it('a value over which another source stands changes nothing', async () => {
  const { file, told, configuration } = held({});
  file.values = { worlds: { count: 4 } };
  expect(await configuration.reload()).toEqual({ kind: 'same' });
  expect(told).toEqual([]);
});

it('what needs a restart stays as it was until then, also when the file is removed', async () => {
  const { file, told, configuration, config } = held({ cleanup: { olderThanHours: 5 }, log: { level: 'warn' } });
  file.values = undefined;
  await configuration.reload();
  expect(told).toEqual([{ kind: 'changed', keys: ['cleanup.olderThanHours', 'log.level'], waiting: ['cleanup.olderThanHours'] }]);
  expect(config()).toMatchObject({ cleanup: { olderThanHours: 5 }, log: { level: 'info' } });
  file.values = { cleanup: { olderThanHours: 5 } };
  expect(await configuration.reload()).toEqual({ kind: 'changed', keys: ['cleanup.olderThanHours'], waiting: [] });
});

it('what does not hold is told once and changes nothing; put right, that is told too', async () => {
  const { file, told, configuration, config } = held({ log: { level: 'warn' } });
  file.values = { log: { level: 'loud' } };
  await configuration.reload();
  await configuration.reload();
  expect(told).toEqual([{ kind: 'kept', why: expect.stringContaining('log.level cannot be "loud"') }]);
  expect(config().log.level).toBe('warn');
  file.values = { log: { level: 'warn' } };
  expect(await configuration.reload()).toEqual({ kind: 'changed', keys: [], waiting: [] });
  expect(await configuration.reload()).toEqual({ kind: 'same' });
});

it('of two readings at the same time the later one stands', async () => {
  const { file, configuration, config } = held({});
  file.values = { log: { level: 'debug' } };
  const first = configuration.reload();
  file.values = { log: { level: 'error' } };
  await Promise.all([first, configuration.reload()]);
  expect(config().log.level).toBe('error');
});

it('what changed before anybody watched is heard of as soon as somebody does', async () => {
  const layer = (count: number): ConfigLayer => ({ source: 'user', origin: 'config.yaml', values: { worlds: { count } } });
  const configuration = holdConfiguration({
    first: [layer(2)],
    read: async () => [layer(3)],
    watch: () => ({ [Symbol.dispose]: () => undefined }),
  });
  await configuration.watch()[Symbol.asyncDispose]();
  expect(configuration.current()).toEqual([layer(3)]);
});
