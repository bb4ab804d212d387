import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AllowedAddress } from '../domain/allowed-address.ts';
import type { Ecosystem } from '../domain/checks.ts';
import type { HostEnvironment } from './environment.ts';
import { registryAddresses } from './npm-settings.ts';

/** Where package managers look for packages unless they are told otherwise. */
const usual = ['https://registry.npmjs.org', 'https://registry.yarnpkg.com'] as const;

/** The same for projects that are made with something else. */
const ofEcosystem: Partial<Readonly<Record<Ecosystem, readonly string[]>>> = {
  python: ['https://pypi.org', 'https://files.pythonhosted.org'],
  go: ['https://proxy.golang.org', 'https://sum.golang.org'],
  rust: ['https://index.crates.io', 'https://static.crates.io'],
  java: ['https://repo.maven.apache.org', 'https://repo1.maven.org', 'https://plugins.gradle.org', 'https://services.gradle.org'],
  dotnet: ['https://api.nuget.org'],
};

/**
 * The addresses that an installation may reach: those of what the project is made with; of npm the registries that the user's npm is told of,
 * and the usual ones where it is told of none.
 */
export async function registryHosts(host: HostEnvironment, ecosystem: Ecosystem = 'npm'): Promise<readonly AllowedAddress[]> {
  const others = (ofEcosystem[ecosystem] ?? []).flatMap(addressOf);
  if (others.length > 0) return others;
  const own = await ownRegistries(host);
  return own.length === 0 ? usual.flatMap(addressOf) : own;
}

/** The user's and the usual ones: lockfiles name the latter also where a registry of the user's stands in for them. */
export async function knownRegistries(host: HostEnvironment): Promise<readonly AllowedAddress[]> {
  return [...(await ownRegistries(host)), ...usual.flatMap(addressOf)];
}

async function ownRegistries(host: HostEnvironment): Promise<readonly AllowedAddress[]> {
  const path = host['npm_config_userconfig'] ?? (host['HOME'] === undefined ? undefined : join(host['HOME'], '.npmrc'));
  // As for the world's own .npmrc: a file that is missing says nothing.
  const text = path === undefined ? '' : registryAddresses(await readFile(path, 'utf8').catch(() => ''));
  const named = [...text.matchAll(/registry\s*=\s*"?(https?:\/\/[^\s"]+)/g)].map(([, url = '']) => url);
  const all = [...named, host['npm_config_registry'] ?? ''].flatMap(addressOf);
  return [...new Map(all.map((address) => [`${address.host}:${address.port}`, address])).values()];
}

function addressOf(url: string): readonly AllowedAddress[] {
  if (!URL.canParse(url)) return [];
  const { hostname, port, protocol } = new URL(url);
  return [{ host: hostname.replace(/\.$/, ''), port: Number(port) || (protocol === 'http:' ? 80 : 443) }];
}
