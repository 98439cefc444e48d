import manifest from '../../package.json' with { type: 'json' };

/** Version of meshshift, as in package.json. */
export const version: string = manifest.version;
