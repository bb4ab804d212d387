/**
 * This process, under a name that others can ask after: what it makes on the disk, in control groups and in container engines bears
 * the name, so that what is left after its death can be told from what is in use.
 */
export interface Owner {
  /** Lower-case letters, digits and dashes; never used twice. */
  readonly name: string;
  /** To be called before anything bears the name: from here on, until this process dies, it counts as alive. */
  hold(): Promise<void>;
  /** Whether the process that bears this name lives. A name nobody has ever held is dead. */
  isAlive(name: string): Promise<boolean>;
}
