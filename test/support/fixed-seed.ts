import fc from 'fast-check';

/**
 * Properties try the same cases everywhere: a failure here is one that everybody can repeat. `npm run fresh-seeds` asks for
 * others.
 */
fc.configureGlobal({ seed: Number(process.env['MESHSHIFT_SEED'] ?? 20171017) });
