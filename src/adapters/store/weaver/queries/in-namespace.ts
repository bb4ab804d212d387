/** Every engine reads and writes in one namespace of the database. */
export interface InNamespace {
  readonly namespace: string;
}
