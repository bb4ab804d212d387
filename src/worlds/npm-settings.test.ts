import { expect, test } from 'vitest';
import { projectSettings, registryAddresses } from './npm-settings.ts';

test('of a project’s .npmrc goes on what decides the layout, and the rest is named without its values', () => {
  const text = [
    '; a comment',
    'legacy-peer-deps=true',
    'omit[] = optional',
    '  install-strategy=hoisted  ',
    'engine-strict',
    'fund=false',
    'include=dev; rm -rf',
    'registry=https://evil.example',
    '//registry.example/:_authToken=secret',
    'git=./evil',
    'script-shell=./evil',
    'git=./other',
  ].join('\r\n');
  expect(projectSettings(text)).toEqual({
    kept: 'legacy-peer-deps=true\nomit[] = optional\ninstall-strategy=hoisted\nengine-strict\n',
    leftOut: ['include', 'registry', '//registry.example/:_authToken', 'git', 'script-shell'],
  });
});

test('of the user’s .npmrc a world gets where the registries are, and no secret', () => {
  const text = [
    'registry=https://registry.example/',
    '@corp:registry = https://npm.corp.example',
    '//npm.corp.example/:_authToken=secret',
    '_auth=secret',
    'https-proxy=http://ada:secret@proxy:3128',
    '@other:registry=https://${SECRET}.example',
    'cafile="/etc/corp.pem"',
    'git=/home/ada/bin/git',
  ].join('\n');
  expect(registryAddresses(text)).toBe(
    'registry=https://registry.example/\n@corp:registry = https://npm.corp.example\ncafile="/etc/corp.pem"\n',
  );
});
