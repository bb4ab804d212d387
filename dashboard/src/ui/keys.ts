/** What a key does on what is shown. */
export interface KeyAction {
  /** In a few words, for the sheet of keys: `Next run`. */
  readonly does: string;
  readonly run: () => void;
}

/** By the key as a browser calls it (`j`, `Enter`, `/`, `1`), or two letters that are pressed one after the other (`g r`). */
export type Keys = Readonly<Record<string, KeyAction>>;

/** How long the second of two keys is waited for, in ms. */
const secondMs = 1_200;
const kept = 'miyabi.keys';

const layers: Keys[] = [];
const listeners = new Set<() => void>();
let shownKeys: ReadonlyArray<readonly [string, KeyAction]> = [];
let first: { readonly key: string; readonly at: number } | undefined;

/** Whether single keys do anything; some speak to their computer, or press keys by accident. */
export function areKeysOn(): boolean {
  return localStorage.getItem(kept) !== 'off';
}

export function switchKeys(on: boolean): void {
  if (on) localStorage.removeItem(kept);
  else localStorage.setItem(kept, 'off');
  tell();
}

/** Whatever does something now; of the same key what came last. */
export function keysThatWork(): ReadonlyArray<readonly [string, KeyAction]> {
  return shownKeys;
}

export function onKeysChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Lets keys do something until what is returned is called. */
export function addKeys(keys: Keys): () => void {
  layers.push(keys);
  tell();
  return () => {
    layers.splice(layers.indexOf(keys), 1);
    tell();
  };
}

function tell(): void {
  shownKeys = Array.from(new Map(layers.flatMap((layer) => Object.entries(layer))));
  for (const each of listeners) each();
}

/** Hears every key that is pressed, from now on. */
export function startKeys(): void {
  addEventListener('keydown', (event) => {
    if (!isOurs(event)) return;
    const pair = first !== undefined && event.timeStamp - first.at < secondMs ? `${first.key} ${event.key}` : undefined;
    first = undefined;
    const action = (pair === undefined ? undefined : actionOf(pair)) ?? actionOf(event.key);
    if (action !== undefined) {
      event.preventDefault();
      action.run();
    } else if (shownKeys.some(([name]) => name.startsWith(`${event.key} `))) first = { key: event.key, at: event.timeStamp };
  });
}

function actionOf(name: string): KeyAction | undefined {
  return shownKeys.find(([each]) => each === name)?.[1];
}

/** Whoever has ticked a box is not typing. */
const typedInto =
  'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]:not([contenteditable=false]), [role=dialog], [role=menu]';

/** Not what is typed, not what belongs to a control or to a dialog, and nothing that the browser or the system does something with. */
function isOurs(event: KeyboardEvent): boolean {
  if (!areKeysOn() || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
  const at = event.composedPath()[0];
  if (!(at instanceof Element)) return true;
  if (at.closest(typedInto) !== null) return false;
  const isPressed = event.key === 'Enter' || event.key === ' ';
  return !(isPressed && at.closest('a, button, summary, input, [role=tab], [role=checkbox]') !== null);
}
