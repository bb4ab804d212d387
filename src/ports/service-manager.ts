/** Whatever has started this process as a service and watches over it, such as systemd. Nothing of it fails: where nobody watches, nothing is done. */
export interface ServiceManager {
  /** Work has begun; whoever waited for this service goes on. */
  ready(): Promise<void>;
  /** It takes nothing new any more, and ends when what runs has ended. */
  stopping(): Promise<void>;
  /** Says that this process lives, as often as its manager wants to hear it, until it is disposed: one that is stuck is started anew. */
  keepTelling(): Disposable;
}
