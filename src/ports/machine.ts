import type { MachineSize } from '../domain/capacity.ts';
import type { MachineLoad } from '../domain/scaler.ts';

/** The machine as it is now, with the limits under which Miyabi itself runs. */
export interface Machine {
  /** Also says, in a sentence, where the figures came from. */
  size(): Promise<MachineSize & { readonly source: string }>;
  /** Processor time is that since the last call; since the start of the machine or of the program at the first one. */
  load(): Promise<MachineLoad>;
}
