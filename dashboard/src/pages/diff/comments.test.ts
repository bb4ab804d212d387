import { expect, it } from 'vitest';
import type { Place } from './comments.ts';
import { idOf, readComments, withComment } from './comments.ts';

const at = (path: string, line: number, side: Place['side'] = 'new') => ({
  path,
  line,
  side,
  id: idOf({ path, line, side }),
  text: `${path} ${line}`,
});

it('keeps comments in the order of their lines', () => {
  const all = [at('b.ts', 1), at('a.ts', 12), at('a.ts', 3), at('a.ts', 3, 'old')].reduce(withComment, readComments(undefined));
  expect(all.map(({ path, line, side }) => `${path} ${line} ${side}`)).toEqual(['a.ts 3 new', 'a.ts 3 old', 'a.ts 12 new', 'b.ts 1 new']);
});

it('changes what was said of a line', () => {
  const changed = { ...at('a.ts', 1), text: 'Better so.' };
  expect(withComment([at('a.ts', 1)], changed)).toEqual([changed]);
});

it('leaves out what it cannot read', () => {
  expect(readComments('text')).toEqual([]);
  expect(readComments([at('a.ts', 1), null, 4, { ...at('a.ts', 2), side: 'left' }, { ...at('a.ts', 2), line: 1.5 }])).toEqual([
    at('a.ts', 1),
  ]);
});
