import type { ChangeOfTarget, DeployableRelease } from '../../../ports/deployer.ts';
import type { Engine } from './engine.ts';
import { imageOfEnvironment } from './image-name.ts';
import { dropImage, isBuilt, placeImage } from './place-image.ts';
import type { ImagePlace } from './place-image.ts';

/** The images of the releases of one environment, each under a name by which the environment holds on to it. */
export interface ReleaseImages {
  /** Builds and pushes it where that has not been done. */
  place(engine: Engine, release: DeployableRelease, change: ChangeOfTarget): Promise<void>;
  /** @returns the name of an image that is there, placed first where it was not. */
  ready(engine: Engine, release: DeployableRelease, change: ChangeOfTarget): Promise<string>;
  /** Lets go of all but these. */
  keep(engine: Engine, releases: ReadonlyArray<number | undefined>, signal: AbortSignal): Promise<void>;
}

export function releaseImages(of: Omit<ImagePlace, 'engine' | 'push'>, push: () => ImagePlace['push']): ReleaseImages {
  const { image, environment } = of;
  const place: ReleaseImages['place'] = async (engine, release, change) =>
    void (await placeImage({ ...of, engine, push: push() }, release, change));
  return {
    place,
    async ready(engine, release, change) {
      const held = imageOfEnvironment(image, environment, release.number);
      if (!(await isBuilt(engine, held, release, change.signal))) await place(engine, release, change);
      return held;
    },
    async keep(engine, releases, signal) {
      const listed = await engine.ask(['image', 'ls', '--format', '{{.Tag}}', image], signal);
      const begin = `${environment}-r`;
      const tags = listed.stdout.split('\n').filter((tag) => tag.startsWith(begin) && /^[1-9]\d*$/.test(tag.slice(begin.length)));
      const gone = tags.map((tag) => Number(tag.slice(begin.length))).filter((release) => !releases.includes(release));
      for (const release of gone) await dropImage(engine, imageOfEnvironment(image, environment, release), signal);
    },
  };
}
