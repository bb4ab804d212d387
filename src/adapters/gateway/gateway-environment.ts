import type { GatewayRoute } from '../../ports/gateway.ts';

/** Programs will not start without a key; this one opens nothing. */
const placeholder = 'held-by-miyabi';

/**
 * The variables by which programs find their providers, as their makers document them, and `MIYABI_GATEWAY_<ROUTE>` for everything else. Where
 * several routes speak what a program speaks, it is told of the first.
 *
 * @param base where a route is found, without a slash at its end.
 */
export function gatewayEnvironment(
  routes: readonly GatewayRoute[],
  base: (route: GatewayRoute) => string,
): Readonly<Record<string, string>> {
  const named = routes.map((route) => ({ [`MIYABI_GATEWAY_${route.name.toUpperCase().replaceAll('-', '_')}`]: base(route) }));
  const known = routes.map((route) => knownVariables(route, base(route)));
  return Object.assign({}, ...known.toReversed(), ...named);
}

function knownVariables({ protocol }: GatewayRoute, base: string): Readonly<Record<string, string>> {
  switch (protocol) {
    case 'anthropic':
      return { ANTHROPIC_BASE_URL: base, ANTHROPIC_API_KEY: placeholder };
    case 'openai':
    case 'openai-chat':
      return { OPENAI_BASE_URL: `${base}/v1`, OPENAI_API_KEY: placeholder };
    case 'google':
      return { GOOGLE_GEMINI_BASE_URL: base, GEMINI_API_KEY: placeholder };
  }
}
