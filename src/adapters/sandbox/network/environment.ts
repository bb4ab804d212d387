/**
 * Tells programs of the way out. `NODE_USE_ENV_PROXY` is for Node itself (`fetch` and `http`, from 24 on), `npm_config_*` stand above what an
 * `.npmrc` in the project says. A world's own loopback is reached directly: its tests start servers there.
 *
 * @param proxy such as `http://127.0.0.1:3128`.
 */
export function proxyEnvironment(proxy: string): Readonly<Record<string, string>> {
  return {
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
    NO_PROXY: ownLoopback,
    no_proxy: ownLoopback,
    npm_config_proxy: proxy,
    npm_config_https_proxy: proxy,
    npm_config_noproxy: ownLoopback,
    YARN_HTTP_PROXY: proxy,
    YARN_HTTPS_PROXY: proxy,
    NODE_USE_ENV_PROXY: '1',
  };
}

const ownLoopback = 'localhost,127.0.0.1,::1,[::1]';
