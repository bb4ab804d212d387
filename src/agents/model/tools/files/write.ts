import type { FileAnswer, FileRequest } from '../file-protocol.ts';
import { writePlain } from './open.ts';
import type { Place } from './place.ts';
import { Failed } from './refused.ts';

/** Writes a whole file. */
export function write(root: string, place: Place, { text }: Extract<FileRequest, { do: 'write' }>): FileAnswer {
  if (place.shown === '.') throw new Failed('that is a folder');
  writePlain(root, place, text);
  const lines = text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
  return { kind: 'done', text: `${place.exists ? 'Wrote' : 'Made'} ${place.shown} (${lines} lines).`, changed: place.shown };
}
