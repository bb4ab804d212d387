/** One place in an object store, and who we are there. */
export interface BucketSettings {
  /** Of the server, without a path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Before the names of all objects of ours; empty, or with a slash at its end. */
  readonly prefix: string;
  readonly credentials: BucketCredentials;
  /** Waits before further tries when the server or the way to it fails, in ms, each up to a half shorter by chance. Default: four, 15 s in all. */
  readonly waitsMs?: readonly number[];
}

/** Never shown, never recorded. */
export interface BucketCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
