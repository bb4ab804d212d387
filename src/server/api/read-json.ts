import type { IncomingMessage } from 'node:http';
import { isNestedDeeper } from '../../domain/json-depth.ts';
import { readBody } from '../read-body.ts';
import { Refusal } from './refusal.ts';

/** Of what is sent: a plan of 50 tasks with long instructions is far below. */
const mostBytes = 2_000_000;
const mostMs = 10_000;
const mostDepth = 32;

/**
 * The JSON that a request carries. It must say that it is JSON: a form of a foreign page can say other types without asking first.
 * @throws Refusal
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (type.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json' || encoding !== 'identity') throw notJson();
  const read = await readBody(request, { bytes: mostBytes, ms: mostMs });
  if (read.kind === 'too-large') throw tooLarge();
  if (read.kind === 'too-slow') throw tooSlow();
  if (isNestedDeeper(read.body, mostDepth)) throw malformed(`It is nested more than ${mostDepth} deep.`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(read.body));
  } catch (error) {
    throw malformed(error instanceof SyntaxError ? `${error.message}.` : 'It is not UTF-8.');
  }
}

function notJson(): Refusal {
  return new Refusal(
    'unsupported-type',
    {
      what: 'What was sent is not said to be JSON.',
      why: 'Only `content-type: application/json`, not packed, is read.',
      fix: 'Send JSON with that header; `{}` where there is nothing to say.',
    },
    { headers: { 'accept-post': 'application/json' } },
  );
}

function tooLarge(): Refusal {
  return new Refusal('too-large', {
    what: 'What was sent is too large.',
    why: `More than ${mostBytes / 1_000_000} MB are not read.`,
    fix: 'Send less.',
  });
}

function tooSlow(): Refusal {
  return new Refusal('too-slow', {
    what: 'What was sent did not come to its end.',
    why: `It is waited for ${mostMs / 1_000} s.`,
    fix: 'Send it again.',
  });
}

function malformed(why: string): Refusal {
  return new Refusal('malformed', { what: 'What was sent is no JSON that is read here.', why, fix: 'Send one JSON value in UTF-8.' });
}
