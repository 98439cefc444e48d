import { writeFileSync } from 'node:fs';
import { runOnce } from '../../src/experiment/run-once.ts';
import { shipped, shippedNames } from '../support/scenario.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { fileOf, madeFingerprints, madeKinds, type MadeKind } from './made.ts';

// Say in the commit which behaviour changed, and why it is better.
const write = (file: string, value: unknown): void =>
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

const ofShipped: Record<string, unknown> = {};
for (const name of shippedNames) ofShipped[name] = fingerprintsOf(runOnce(await shipped(name)).record);
write(fileOf('shipped'), ofShipped);
for (const kind of Object.keys(madeKinds) as MadeKind[]) write(fileOf(kind), await madeFingerprints(kind));
