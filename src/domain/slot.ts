/** Ports of each slot. */
const portsOfSlot = 20;
/** Where the ports of slots begin. They end below those that Linux gives to outgoing connections (from 32768). */
const firstPort = 20_000;

/** Worlds that can have a slot at the same time. */
export const slotCount = Math.floor((32_768 - firstPort) / portsOfSlot);

/** The port of its own loopback on which a world finds its way out: no slot's, and none that Linux gives to outgoing connections. */
export const wayOutPort = firstPort + slotCount * portsOfSlot;

/** What a world has to itself by its slot. */
export interface SlotShare {
  /** In ascending order, without gaps. */
  readonly ports: readonly number[];
  /** To be added to names of databases, queues and the like; lower-case letters and digits. */
  readonly suffix: string;
}

/** @param slot from 0 to {@link slotCount}, excluded. */
export function shareOf(slot: number): SlotShare {
  const first = firstPort + slot * portsOfSlot;
  return { ports: Array.from({ length: portsOfSlot }, (_, index) => first + index), suffix: `w${slot}` };
}
