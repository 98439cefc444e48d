import { inProcessPool } from '../../src/experiment/pool.ts';
import { playRemedies } from '../../src/experiment/remedy/play-remedies.ts';
import { sourcesOf } from '../../src/experiment/remedy/sources.ts';
import type { PlayedRemedy } from '../../src/record/remedied.ts';
import { filesOf, scenarioOf, type Mesh } from './mesh.ts';

/** What the remedies of a mesh's headline did, or why it has none that can be played. */
export interface Mended {
  readonly shape: string;
  /** Code of the headline. */
  readonly code: string;
  readonly played: readonly Pick<PlayedRemedy, 'remedy' | 'unit' | 'removed' | 'verdict'>[];
  /** Mean harm over the seeds: without a remedy, and with the one that removed the most. */
  readonly before: number;
  readonly after: number;
  /** What of its remedies somebody has to do by hand. */
  readonly byHand: readonly string[];
}

/** How many remedies of the headline are played. */
const most = 2;

/** Plays the first remedies of a mesh's headline, as `meshshift remedy` does, with so many seeds. */
export async function mended(mesh: Mesh, seeds: number): Promise<Mended> {
  const result = await playRemedies(
    await scenarioOf(mesh, 1),
    await sourcesOf(filesOf(mesh, 1)),
    { most, seeds },
    (scenario) => inProcessPool(scenario),
    { begin: () => undefined, take: () => undefined },
  );
  const { diagnosis, played } = result!.remedied;
  const [headline] = diagnosis.findings;
  const code = headline?.code ?? 'nothing';
  const own = played.filter((each) => each.code === code);
  const best = own.toSorted((a, b) => b.removed - a.removed)[0];
  const mean = (of: PlayedRemedy['before']): number =>
    of.reduce((sum, { harm }) => sum + harm, 0) / Math.max(1, of.length);
  return {
    shape: mesh.shape,
    code,
    played: own.map(({ remedy, unit, removed, verdict }) => ({ remedy, unit, removed, verdict })),
    before: mean(best?.before ?? []),
    after: mean(best?.after ?? []),
    byHand: (headline?.remedies ?? []).filter(({ changes }) => changes.length === 0).map(({ text }) => text),
  };
}
