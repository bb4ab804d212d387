/** Programs will not start without a key; this one opens nothing. */
const placeholder = 'held-by-miyabi';

/**
 * The variables by which programs find a provider, as their makers document them, and `MIYABI_GATEWAY_<ROUTE>` for everything else.
 *
 * @param base where the route is found, without a slash at its end.
 */
export function gatewayEnvironment(route: string, base: string): Readonly<Record<string, string>> {
  return { [`MIYABI_GATEWAY_${route.toUpperCase().replaceAll('-', '_')}`]: base, ...known(route, base) };
}

function known(route: string, base: string): Readonly<Record<string, string>> {
  switch (route) {
    case 'anthropic':
      return { ANTHROPIC_BASE_URL: base, ANTHROPIC_API_KEY: placeholder };
    case 'openai':
      return { OPENAI_BASE_URL: `${base}/v1`, OPENAI_API_KEY: placeholder };
    case 'google':
      return { GOOGLE_GEMINI_BASE_URL: base, GEMINI_API_KEY: placeholder };
    default:
      return {};
  }
}
