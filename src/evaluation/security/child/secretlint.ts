import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import type { RuleName } from '../rules.ts';
import type { Found } from './found.ts';

/** All its rules as they come; nothing of the repository's takes part in this. */
const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }] };

/** Its rules that find passwords of any shape, and so are wrong more often. */
const inAddresses = /secretlint-rule-(?:basicauth|database-connection-string)$/;

export interface FoundBySecretlint extends Found {
  readonly length: number;
}

/** Its rule for comments that switch it off is among the recommended ones: it must not meet any. The length stays. */
function withoutDirectives(text: string): string {
  return text.replaceAll(/secretlint-(?=disable|enable)/gi, 'secretlint_');
}

/** What secretlint knows as a secret. It is told no path of a file, and reads none. */
export async function askSecretlint(text: string): Promise<readonly FoundBySecretlint[]> {
  const source = { filePath: '/text', content: withoutDirectives(text), contentType: 'text', ext: '' } as const;
  const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true } });
  return messages.map(({ ruleId, range: [index, end] }) => {
    const rule: RuleName = inAddresses.test(ruleId) ? 'password-in-address' : 'known-key';
    const detail = `Secretlint knows it as a secret (${ruleId.replace('@secretlint/secretlint-rule-', '')}).`;
    return { rule, index, length: end - index, snippet: text.slice(index, end), detail };
  });
}
