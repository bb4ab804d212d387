import { expect, it } from 'vitest';
import { redactor } from '../domain/redact.ts';
import { secretMatcher } from '../domain/secret-matcher.ts';
import { leavingText } from './leaving-text.ts';

const own = 'correct horse battery';
const token = `ghp_${'aB3dE6gH9jK2'.repeat(3)}`;
const tools = { redact: redactor([own]), findSecrets: secretMatcher([own]) };

it('a text leaves without our secrets and without keys, in whatever form they stand there', () => {
  const forms = [own, own.split('').toReversed().join(''), Buffer.from(own).toString('hex'), token, Buffer.from(token).toString('base64')];
  const text = forms.map((form, at) => `${at}: ${form} end`).join('\n');
  expect(leavingText(tools, text)).toBe(forms.map((_, at) => `${at}: [secret removed] end`).join('\n'));
  expect(leavingText(tools, 'nothing to hide: abc')).toBe('nothing to hide: abc');
});
