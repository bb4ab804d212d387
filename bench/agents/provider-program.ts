/** The scripted provider as a program: what it spends is its own. Started by `provider.ts`, and ends with whoever started it. */
import { createHash } from 'node:crypto';
import { providerProtocols } from '../../src/domain/model.ts';
import { openScriptedProvider } from '../../test/support/scripted-provider/scripted-provider.ts';
import type { Asked, ProviderAddresses } from './provider.ts';
import { benchScripts } from './scripts.ts';
import type { ScriptName } from './scripts.ts';

const [name = '', delayMs = '0'] = process.argv.slice(2);
const provider = await openScriptedProvider({ script: benchScripts[name as ScriptName](Number(delayMs)) });
const began = new Map<number, number>();

/** Told as soon as it has come, so that whoever waits for the n-th knows. */
async function tellEach(): Promise<void> {
  for (let n = 1; ; n += 1) {
    await provider.waitForRequest(n);
    began.set(n, Date.now());
    process.send?.({ come: n, at: began.get(n) });
  }
}

function asked(): readonly Asked[] {
  return provider.requests.map(({ rawBody, system }, index) => ({
    digest: createHash('sha256').update(rawBody).digest('base64'),
    isOfWorld: !system.includes('Answer with one JSON object'),
    at: began.get(index + 1) ?? 0,
  }));
}

process.on('message', () => process.send?.({ asked: asked() }));
process.once('disconnect', () => process.exit(0));
const urls = Object.fromEntries(providerProtocols.map((protocol) => [protocol, provider.url(protocol)]));
process.send?.({ urls: urls as ProviderAddresses });
void tellEach();
