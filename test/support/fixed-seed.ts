import fc from 'fast-check';

/** Properties try the same cases everywhere: a failure here is one that everybody can repeat. */
fc.configureGlobal({ seed: 20171017 });
