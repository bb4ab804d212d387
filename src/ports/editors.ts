/** How an editor that a person works in came to its end. */
export type EditEnd =
  | { readonly kind: 'closed' }
  /** It ended with an error, such as vim's `:cq`: what was written is not to be taken. */
  | { readonly kind: 'failed'; readonly code: number }
  | { readonly kind: 'not-started'; readonly reason: string };

/** The person's own editors, on their own terminal and with their own environment. */
export interface Editors {
  /** Whether there is a program of this name on the PATH. */
  isThere(program: string): Promise<boolean>;
  /** Extensions of VS Code that are installed; empty where it does not say within a few seconds. */
  extensions(): Promise<readonly string[]>;
  /**
   * Opens a file or a folder and waits until it is closed.
   * @param command as the person configured it: a program with its arguments, read by a shell.
   */
  open(command: string, path: string): Promise<EditEnd>;
}
