declare module 'spdx-satisfies' {
  /**
   * Whether a licence expression can be satisfied by licences that are allowed.
   *
   * @throws where one of them is no expression of SPDX.
   */
  export default function satisfies(expression: string, allowed: readonly string[]): boolean;
}
