/** Where services answer that work on this state folder, for whoever wants to ask one of them. */
export interface OpenDoors {
  /** Says that this process answers at an address, such as `http://127.0.0.1:4747`, until it is disposed or dies. */
  tell(url: string): Promise<AsyncDisposable>;
  /** Those of living processes, the newest first. */
  list(): Promise<readonly string[]>;
}
