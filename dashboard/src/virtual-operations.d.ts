declare module 'virtual:operations' {
  /** Method and path of every operation of the API, by its id; made when the dashboard is built. */
  export const operations: Readonly<Record<string, readonly [method: string, path: string]>>;
}
