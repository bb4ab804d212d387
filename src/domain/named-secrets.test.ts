import { describe, expect, it } from 'vitest';
import { namedSecrets } from './named-secrets.ts';

const names = (path: string, value: unknown): readonly string[] => namedSecrets(path, value).map(({ kind, name }) => `${kind} ${name}`);

describe('the secrets that a setting names', () => {
  it('is the variable or the file that its last word tells of', () => {
    expect(names('forge.github.tokenVariable', 'GITHUB_TOKEN')).toEqual(['variable GITHUB_TOKEN']);
    expect(names('forge.github.privateKeyFile', '/keys/app.pem')).toEqual(['file /keys/app.pem']);
  });

  it('is nothing where it names none', () => {
    expect(names('worlds.count', 5)).toEqual([]);
    expect(names('forge.label', 'miyabi')).toEqual([]);
    expect(names('forge.github.privateKeyFile', null)).toEqual([]);
    expect(names('checks.files', ['a'])).toEqual([]);
  });

  it('is found however deep it stands, each once', () => {
    const channels = {
      team: { kind: 'slack', urlVariable: 'TEAM_URL' },
      hook: { kind: 'webhook', urlVariable: 'TEAM_URL', secretVariable: 'HOOK_SECRET' },
    };
    expect(names('notify.channels', channels)).toEqual(['variable TEAM_URL', 'variable HOOK_SECRET']);
    const environments = [{ name: 'live', releaseSecrets: ['DB_URL'], deploySecrets: ['REGISTRY'], variables: { LOG_LEVEL: 'info' } }];
    expect(names('deploy.projects', [{ repository: 'owner/name', environments }])).toEqual(['variable DB_URL', 'variable REGISTRY']);
  });

  it('is of models also where their makers’ keys are looked for', () => {
    const own = { mine: { protocol: 'openai', url: 'https://models.example', keyFile: '~/mine.key' } };
    expect(names('models.providers', {})).toContain('variable ANTHROPIC_API_KEY');
    expect(names('models.providers', own).at(-1)).toBe('file ~/mine.key');
  });
});
