import type { ExchangeAnswer, ExchangeRequest } from './exchange.ts';

/** One provider of models, as programs of a world may use it: without ever holding its key. */
export interface GatewayRoute {
  /** Part of the path under which worlds find it, such as `anthropic`; lower-case letters, digits and dashes. */
  readonly name: string;
  /** What programs are told to speak; decides by which variables they are told where. */
  readonly protocol: 'anthropic' | 'openai' | 'openai-chat' | 'google';
  /** Beginnings of the paths that may be asked for, such as `/v1/messages`; whole segments. */
  readonly paths: readonly string[];
}

/** The models that the programs of one world may use. */
export interface GatewayRequest {
  readonly routes: readonly GatewayRoute[];
  /** Asks the provider. Everything that a world asks for on a route comes here, once its path was found to be allowed. */
  readonly send: (request: Omit<ExchangeRequest, 'delivery'>) => Promise<ExchangeAnswer>;
}
