import { changeText, type Change } from '../../manifest/change/index.ts';
import type { Remedy } from '../../record/finding.ts';

/** A remedy that can be played: what it says is what its changes are. */
export const byChange = (...changes: readonly Change[]): Remedy => ({
  text: changes.map(changeText).join(' '),
  changes,
});

/** What nobody can do by a manifest: somebody has to look, or to mend an application. */
export const byHand = (text: string): Remedy => ({ text, changes: [] });

/** All of them in a breath: "Do this. Or: do that." */
export const remedyText = (remedies: readonly Remedy[]): string =>
  remedies.map(({ text }) => text).join(' Or: ');
