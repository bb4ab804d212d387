import { heldCapabilities } from './capabilities.ts';
import { probeNamespace } from './probe.ts';

/** Set in the environment of a Miyabi that was started inside of its namespace, so that it does not try again. Worlds never see it. */
export const namespaceVariable = 'MIYABI_NAMESPACE';

/** Whether Miyabi can mount worlds as it is, and why. */
export type NamespaceState =
  /** Root mounts as it is; other systems than Linux have no such thing. */
  | { readonly kind: 'not-needed'; readonly detail: string }
  /** It works in a user namespace of its own, in which it may mount. */
  | { readonly kind: 'entered'; readonly detail: string }
  /** It could, and this command does not need it. */
  | { readonly kind: 'possible'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly detail: string; readonly fix: string };

/** Looks, and where Miyabi is in no namespace, tries one out (about 10 ms). */
export function namespaceState(): NamespaceState {
  if (process.platform !== 'linux') return { kind: 'not-needed', detail: 'There are no overlays on this system.' };
  if (process.geteuid?.() === 0) return { kind: 'not-needed', detail: 'As root, Miyabi mounts worlds as it is.' };
  if (heldCapabilities().mayMount)
    return { kind: 'entered', detail: 'Miyabi works in a user namespace of its own, in which it mounts worlds.' };
  const probed = probeNamespace();
  return probed.kind === 'possible'
    ? { kind: 'possible', detail: 'A user namespace in which worlds can be mounted can be made.' }
    : { kind: 'unavailable', detail: `Miyabi cannot mount worlds: ${probed.reason}.`, fix: probed.fix };
}
