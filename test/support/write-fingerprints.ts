import { writeFileSync } from 'node:fs';
import { runOnce } from '../../src/experiment/run-once.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { shipped, shippedNames } from './scenario.ts';

// Say in the commit which behaviour changed, and why it is better.
const written: Record<string, unknown> = {};
for (const name of shippedNames) written[name] = fingerprintsOf(runOnce(await shipped(name)).record);
writeFileSync('test/scenario/fingerprints.json', `${JSON.stringify(written, null, 2)}\n`);
