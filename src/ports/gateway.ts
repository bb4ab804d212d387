/** One provider of models, as worlds may use it: without ever holding its key. */
export interface GatewayRoute {
  /** Part of the path under which worlds find it, such as `anthropic`; lower-case letters, digits and dashes. */
  readonly name: string;
  /** The provider's own address, `https://` (or `http://`), with a path where it has one. */
  readonly upstream: string;
  /** The headers that carry the credential, such as `x-api-key`; asked for each request, so that it may change. Whatever a world sends under these names is dropped. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Beginnings of the paths that may be asked for, such as `/v1/messages`; whole segments. Without it, all. */
  readonly paths?: readonly string[];
  /** The user says that this provider lies in a private network, or on this very machine. Otherwise it has to be on the public internet. */
  readonly isPrivate?: boolean;
}

/** One request that went through the gateway. Never anything of its content. */
export interface GatewayUse {
  readonly route: string;
  readonly method: string;
  /** The provider's answer; 0 where there was none. */
  readonly status: number;
  /** Of the two bodies. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly durationMs: number;
  /** `left`: the program went away before the end. `broken`: the provider did, or could not be reached. */
  readonly end: 'complete' | 'left' | 'broken';
}

export interface GatewayRequest {
  readonly routes: readonly GatewayRoute[];
  /** Called once for each request that was handed on, when it has ended. */
  readonly onUse: (use: GatewayUse) => void;
}
