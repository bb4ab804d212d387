import type { AgentTask } from '../../ports/agent.ts';

/**
 * The address at which a provider is found in the world: what its programs take as their base.
 * @throws when the world was not given that provider, which is a defect of whoever made it.
 */
export function gatewayOf({ environment }: Pick<AgentTask, 'environment'>, provider: string): string {
  const address = environment[`MIYABI_GATEWAY_${provider.toUpperCase().replaceAll('-', '_')}`];
  if (address === undefined) throw new Error(`The world has no way to the provider ${provider}.`);
  return address;
}
