import type { ProviderProtocol } from '../../../../domain/model.ts';
import { fields, isObject, items, text } from '../decode.ts';

/**
 * Why a call is not made although it can be read: it asks for something beside the answer of one model. Such things are paid for apart from
 * what the usage says, or are done by the provider in the network in place of whoever asks: a world without a network would have one.
 *
 * @param body nested no more than some hundred levels. @returns a clause without a full stop; undefined where there is no such thing.
 */
export function whyNotAsked(protocol: ProviderProtocol, path: string, body: unknown): string | undefined {
  return (
    whyNotSetting(protocol, body) ??
    whyNotTool(protocol, body) ??
    whyNotQuery(protocol, path) ??
    (spokenIn(body).some(fetches)
      ? 'it has the provider fetch something from an address; what is to be seen has to come with it'
      : undefined)
  );
}

/** Values of a field that change nothing about where and for what an answer is made; a field that may have none is not to be set at all. */
type Allowed = Readonly<Record<string, readonly string[]>>;

const tiers = ['auto', 'default', 'standard', 'standard_only', 'flex'];
const settings: Readonly<Record<ProviderProtocol, Allowed>> = {
  anthropic: { service_tier: tiers, speed: ['standard'], inference_geo: ['global'], mcp_servers: [], container: [], fallbacks: [] },
  openai: { service_tier: tiers, background: [] },
  'openai-chat': { service_tier: tiers, modalities: ['text'], audio: [], web_search_options: [], plugins: [], models: [], fallbacks: [] },
  google: { service_tier: tiers, serviceTier: tiers },
};
const googleSettings: Allowed = { responseModalities: ['TEXT', 'text'], response_modalities: ['TEXT', 'text'] };

function whyNotSetting(protocol: ProviderProtocol, body: unknown): string | undefined {
  const told = fields(body);
  const name =
    otherThan(settings[protocol], told) ??
    (protocol === 'google'
      ? otherThan(googleSettings, { ...fields(told['generation_config']), ...fields(told['generationConfig']) })
      : undefined);
  if (name !== undefined) return `its field ${name} asks for something that is not in the price of an answer`;
  const model = text(told['model']) ?? '';
  return /-search-(?:preview|api)|:online$/.test(model) ? 'the model searches in the web, which is paid for apart' : undefined;
}

/** @returns the name of the first field that says something else. */
function otherThan(allowed: Allowed, told: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(allowed).find((name) => !isAllowed(told[name], allowed[name] ?? []));
}

function isAllowed(value: unknown, allowed: readonly string[]): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (Array.isArray(value)) return value.every((each) => isAllowed(each, allowed));
  return typeof value === 'string' && allowed.includes(value);
}

/** Tools that whoever asks uses himself. All others are the provider's own, or those of others that it asks. */
const ownTools: Readonly<Record<Exclude<ProviderProtocol, 'google'>, RegExp>> = {
  anthropic: /^(?:custom|(?:bash|text_editor|computer|memory|tool_search_tool)(?:_\w+)?)$/,
  openai: /^(?:function|custom|local_shell|apply_patch|namespace|tool_search|computer(?:_use_preview)?)$/,
  'openai-chat': /^(?:function|custom)$/,
};
const ownGoogleTools = new Set(['functionDeclarations', 'function_declarations', 'computerUse', 'computer_use']);

function whyNotTool(protocol: ProviderProtocol, body: unknown): string | undefined {
  const { tools } = fields(body);
  const asked = (Array.isArray(tools) ? tools : [tools]).map((tool) => fields(tool));
  const other =
    protocol === 'google'
      ? asked.flatMap((tool) => Object.keys(tool)).find((name) => !ownGoogleTools.has(name))
      : otherTool(protocol, asked);
  return other === undefined ? undefined : `it asks for a tool of the provider itself (${other.slice(0, 60)})`;
}

function otherTool(protocol: keyof typeof ownTools, tools: ReadonlyArray<Readonly<Record<string, unknown>>>): string | undefined {
  return tools
    .flatMap((tool) => [tool, ...items(tool['tools']).map((inner) => fields(inner))])
    .map(({ type, environment }) => (type === 'shell' && fields(environment)['type'] === 'local' ? 'function' : (text(type) ?? 'function')))
    .find((type) => !ownTools[protocol].test(type) && !(protocol === 'anthropic' && type === 'function'));
}

/** Google leaves out of an answer what a mask does not name: the usage, for instance. Masks go as headers too, and headers in the query. */
function whyNotQuery(protocol: ProviderProtocol, path: string): string | undefined {
  const [, query = ''] = path.split('?', 2);
  const isMasked = protocol === 'google' && [...new URLSearchParams(query).keys()].some((name) => /^fields$|^\$(?!alt$)/i.test(name));
  return isMasked ? 'its query changes what is asked or answered' : undefined;
}

function spokenIn(body: unknown): readonly unknown[] {
  const {
    messages,
    input,
    contents,
    system,
    instructions,
    systemInstruction,
    system_instruction: google = systemInstruction,
  } = fields(body);
  // Google counts whole requests, too.
  const { generateContentRequest, generate_content_request: whole = generateContentRequest } = fields(body);
  return [messages, input, contents, system, instructions, google, whole];
}

/** What tools are asked with, or have answered, is data, whatever it looks like. */
const data: ReadonlySet<string> = new Set(['arguments', 'args', 'input', 'response']);
const addressed = /^(?:image|file|video|audio)_?ur[il]$/i;
const address = /^\s*(?:https?|ftp|gs|s3|file):/i;
/** Where Google's own files lie: nobody else is asked for them. */
const own = /^https:\/\/generativelanguage\.googleapis\.com\//;

function fetches(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(fetches);
  if (!isObject(value)) return false;
  return Object.entries(value).some(
    ([name, inner]) =>
      (addressed.test(name) && isElsewhere(text(inner) ?? text(fields(inner)['url']))) ||
      (name === 'source' && isElsewhere(text(fields(inner)['url']))) ||
      (!data.has(name) && fetches(inner)),
  );
}

function isElsewhere(url: string | undefined): boolean {
  return url !== undefined && address.test(url) && !own.test(url);
}
