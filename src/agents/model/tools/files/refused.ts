/** A path that no agent may touch, whatever lies there. */
export class Refused extends Error {}

/** Something that did not work, said so that a model can go on from there. */
export class Failed extends Error {}
