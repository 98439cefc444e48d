import { rollup } from 'd3-array';
import { callsIn } from '../../mesh/app/app.ts';
import { flagText } from '../../mesh/envoy/response-flag.ts';
import type { Variant } from '../../mesh/envoy/config-tables.ts';
import type { World } from '../../mesh/world.ts';
import type { Refresh, RefreshSession } from '../../record/record.ts';
import { poissonBinomial } from '../../stats/index.ts';
import type { EvidenceLevels } from '../../verdict/rule-of-evidence.ts';
import { sessionVerdict } from '../../verdict/run-verdict.ts';
import { tallyTest, type Drawn } from '../../verdict/tally-test.ts';
import type { Recorder, RefreshRow } from '../recorder.ts';
import { keyRowsOf, podOfKey, sharesOf, starsOf } from './keys.ts';
import { seconds } from './seconds.ts';

/** Refreshes up to which the whole law of a tally is worked out and drawn. */
const exactLimit = 5000;

/** One browser's pages, with the exact law of their tally. */
export function buildSession(
  world: World,
  recorder: Recorder,
  source: number,
  name: string,
  service: string,
  levels: EvidenceLevels,
): RefreshSession {
  const keys = keyRowsOf(world, recorder, service);
  const rows = recorder.refreshes.get(source)!;
  const variants = world.tables.variants;
  const drawn = rows.filter((row) => row.variant >= 0);
  const ruled = drawn.length > 0 && drawn.every((row) => variants[row.variant]!.ruled);
  const shareOf = (variant: number, key: number): number =>
    variants[variant]?.shares.find(([own]) => own === key)?.[1] ?? 0;
  // The key that was drawn for: the last one that some refresh gave a share strictly between none and all; while a rule
  // is on its way, one whose share changed.
  const open = (key: number): boolean =>
    drawn.some((row) => shareOf(row.variant, key) > 0 && shareOf(row.variant, key) < 1) ||
    new Set(drawn.map((row) => shareOf(row.variant, key))).size > 1;
  const distributionKey = ruled ? (keys.filter(open).pop() ?? null) : null;
  const pmf = (variant: 'variant' | 'configured'): Float64Array | null =>
    distributionKey === null || drawn.length > exactLimit
      ? null
      : poissonBinomial(drawn.map((row) => shareOf(row[variant], distributionKey)));
  const distribution = pmf('variant');
  const configured = pmf('configured');
  const shownBy = (pages: readonly RefreshRow[]): number[] =>
    keys.map((key) => pages.filter((row) => row.status === 200 && row.key === key).length);
  const counts = shownBy(rows);
  const drawnCounts = shownBy(drawn);
  const refreshes = rows.map((row): Refresh => ({
    atSeconds: seconds(row.startedUs),
    latencyMs: row.latencyUs / 1000,
    key: row.status === 200 ? keys.indexOf(row.key) : -1,
    shows: shows(world, service, row.key, row.missing, row.status),
    status: row.status,
    snapshot: row.snapshot,
    stale: row.variant !== row.configured,
    share: row.variant < 0 || distributionKey === null ? null : shareOf(row.variant, distributionKey),
    flags: flagText(row.flags),
  }));
  const session = {
    name,
    service,
    keys: keys.map((key) => world.keys.name[key]!),
    refreshes,
    counts,
    errors: refreshes.filter((refresh) => refresh.shows === 'error').length,
    distribution: distribution === null ? null : Array.from(distribution),
    configuredDistribution: configured === null ? null : Array.from(configured),
    distributionKey: distributionKey === null ? null : world.keys.name[distributionKey]!,
    // Where each proxy in turn left nothing to chance, what came is what had to come.
    p: distributionKey === null ? null : (tallyTest(drawnCounts, drawnBy(drawn, variants, keys))?.p ?? 1),
  };
  return {
    ...session,
    verdict: sessionVerdict(
      session,
      keys.map((key) => starsOf(world, service, key) ?? null),
      levels,
    ),
  };
}

/** How many refreshes were drawn by which shares. */
const drawnBy = (
  rows: readonly RefreshRow[],
  variants: readonly Variant[],
  keys: readonly number[],
): Drawn[] =>
  Array.from(
    rollup(
      rows,
      (own) => own.length,
      (row) => row.variant,
    ),
    ([variant, n]) => ({ n, shares: sharesOf(variants[variant]!, keys) }),
  );

function shows(
  world: World,
  service: string,
  key: number,
  missing: readonly number[],
  status: number,
): string {
  if (status !== 200 || missing.includes(world.serviceRow(service)) || key < 0) return 'error';
  const stars = starsOf(world, service, key);
  // Stars that could not be fetched: a service that the shown version calls itself is missing from the page.
  const pod = podOfKey(world, service, key);
  const script = pod === undefined ? [] : world.stations.behaviours[pod]!.script;
  const called = callsIn(script).map(({ host }) => host);
  const lost = called.find((host) => missing.includes(world.serviceRow(host)));
  if (lost !== undefined) return `no-${lost}`;
  return stars ?? world.keys.name[key]!;
}
