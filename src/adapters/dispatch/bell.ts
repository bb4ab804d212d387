/** The one place that waits: until it is rung, or for a while. */
export class Bell {
  rung = false;
  #waiting: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.#waiting?.();
  }

  reset(): void {
    this.rung = false;
  }

  /** @param ms undefined waits for the ring alone. */
  async wait(ms: number | undefined): Promise<void> {
    if (this.rung) return;
    await new Promise<void>((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.#waiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#waiting = undefined;
  }
}
