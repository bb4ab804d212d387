/** Five agents that ask a model until their budget is used up. Prints `used up` then; ends when it is told that nobody listens. */
import type { MoneyLimit } from '../../src/domain/money-scope.ts';
import type { ProviderAddresses } from './provider.ts';
import { modelId, modelsStand, worldCaller } from './stand.ts';

export interface SpendingRequest {
  readonly folder: string;
  readonly urls: ProviderAddresses;
  readonly limits: readonly MoneyLimit[];
  /** The name of this process, by which its questions differ from those of the other one. */
  readonly name: string;
}

const request = JSON.parse(process.argv[2] ?? '') as SpendingRequest;
await using stand = await modelsStand(request.folder, request.urls);

async function spend(agent: number): Promise<void> {
  const caller = { ...worldCaller(request.limits), cacheScope: `${request.name}/${agent}`, askToGoOn: async () => true };
  const model = await stand.models.language({ provider: 'anthropic', model: modelId }, caller);
  for (let call = 0; ; call += 1) {
    const text = `${request.name} ${agent} ${call}`;
    try {
      await model.doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text }] }], maxOutputTokens: 100 });
    } catch (error) {
      if (error instanceof Error && 'statusCode' in error && error.statusCode === 402) return;
      throw error;
    }
  }
}

const over = new Promise((resolve) => process.stdin.once('end', resolve).resume());
await Promise.all([0, 1, 2, 3, 4].map(spend));
process.stdout.write('used up\n');
await over;
