/** A file that holds JavaScript or TypeScript, by its ending. */
export const sourcePattern = /\.[cm]?[jt]sx?$/;
