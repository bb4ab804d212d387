/**
 * A program of its own, started in the world's sandbox by the tools that touch files: reads one request from its standard input and prints
 * one answer. Its working folder is the checkout, and it touches nothing outside of it, walls or no walls.
 */
import { realpathSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { FileAnswer, FileRequest, FileTask } from './file-protocol.ts';
import { edit } from './files/edit.ts';
import { placeOf } from './files/place.ts';
import { read } from './files/read.ts';
import { Failed, Refused } from './files/refused.ts';
import { search } from './files/search.ts';
import { write } from './files/write.ts';

function answer(root: string, request: FileRequest): FileAnswer {
  const place = placeOf(root, request.path);
  switch (request.do) {
    case 'read':
      return read(place, request);
    case 'search':
      return search(root, place, request);
    case 'edit':
      return edit(root, place, request);
    case 'write':
      return write(root, place, request);
  }
}

function answerOrReason({ roots, request }: FileTask): FileAnswer {
  try {
    const root = realpathSync(process.cwd());
    if (!roots.includes(root)) throw new Refused('another folder lies in the place of the project');
    return answer(root, request);
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', reason: error.message };
    if (error instanceof Failed) return { kind: 'failed', reason: error.message };
    const { code } = error as NodeJS.ErrnoException;
    // A link in the place of the file, put there since it was looked at.
    if (code === 'ELOOP') return { kind: 'refused', reason: 'that is no plain file' };
    if (code === undefined) throw error;
    return { kind: 'failed', reason: reasons[code] ?? `the system refused it (${code})` };
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'its permissions forbid it',
  EPERM: 'its permissions forbid it',
  EROFS: 'it cannot be written to',
  EISDIR: 'that is a folder',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'something else lies there',
  ENAMETOOLONG: 'the path is too long',
  ENOSPC: 'the disk is full',
  EFBIG: 'the file would become too large',
};

process.stdout.write(JSON.stringify(answerOrReason(JSON.parse(await text(process.stdin)) as FileTask)));
