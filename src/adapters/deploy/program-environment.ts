type Variables = Readonly<Record<string, string>>;

/** What programs that reach an engine, a cluster or a registry read of the environment they are started in. */
const wanted =
  /^(?:PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|XDG_(?:RUNTIME_DIR|CONFIG_HOME|DATA_HOME|CACHE_HOME)|DBUS_SESSION_BUS_ADDRESS|SSH_AUTH_SOCK|(?:HTTPS?|NO|ALL)_PROXY|(?:https?|no|all)_proxy|SSL_CERT_(?:FILE|DIR)|KUBECONFIG|(?:DOCKER|CONTAINERS?|STORAGE|BUILDAH|BUILDKIT)_\w+)$/;

/** Whether a program that deploys goes by a variable itself, so that it cannot be used to hand it something for a release. */
export function isReadByPrograms(name: string): boolean {
  return wanted.test(name);
}

/** What the programs of a target get of Miyabi's own environment: nothing that is secret by its nature. */
export function plainEnvironment(host: Readonly<Record<string, string | undefined>>): Variables {
  return Object.fromEntries(
    Object.entries(host).flatMap(([name, value]) => (value !== undefined && isReadByPrograms(name) ? [[name, value]] : [])),
  );
}
