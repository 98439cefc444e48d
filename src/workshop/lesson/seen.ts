import type { Desk, YourPage } from '../../experiment/session/desk.ts';
import type { Move, Seen } from './lesson.ts';

/** What tasks and facts read off a desk. */

/** Your pages that have come, from a number on (1: from the first). */
export const pagesOf = ({ yours }: Desk, from = 1): readonly YourPage[] =>
  yours.filter(({ number, tookUs }) => number >= from && tookUs !== undefined);

export const shownBy = (pages: readonly YourPage[], version: string): number =>
  pages.filter((page) => page.version === version).length;

/** Reds among the first so many of one's pages; undefined: not all of them have come. */
export function redsOfPages(desk: Desk, count: number): number | undefined {
  const pages = pagesOf(desk).slice(0, count);
  return pages.length < count ? undefined : shownBy(pages, 'v3');
}

/** The share that the manifests give a version; undefined: no rule says. */
export function configured({ versions, split }: Desk, version: string): number | undefined {
  const index = versions.findIndex(({ key }) => key === version);
  return split.configured?.[index];
}

/** Every caller's proxy holds the latest rule. */
export const isHeld = ({ split }: Desk): boolean =>
  split.callers > 0 && split.callersCurrent === split.callers;

/** When the first thing of this kind was applied ("virtualservice", as kubectl answers); undefined: not yet. */
export function appliedUs({ deeds, nowUs }: Desk, kind: string): number | undefined {
  return deeds.find(
    ({ what, atUs, answers }) =>
      what === 'apply' && atUs <= nowUs && answers.some((answer) => answer.startsWith(`${kind}.`)),
  )?.atUs;
}

/** Pods of one version of the focus that are ready. */
export const readyPods = ({ services, focus }: Desk, version: string): number =>
  services
    .filter((own) => own.name === focus && own.version === version)
    .flatMap(({ pods }) => pods)
    .filter(({ state }) => state === 'ready').length;

/** So many pages by hand, a tenth of a second apart. */
export const refresh = (count: number): Move => ({ do: 'pages', count, everyUs: 100_000 });

/** kubectl scale. */
export const scale = (workload: string, replicas: number): Move => ({
  do: 'act',
  act: { do: 'other', entry: { scale: { workload, replicas } } },
});

/** The number that the next page would get. */
export const nextPage = (seen: Seen | undefined): number => (seen?.desk.yours.length ?? 0) + 1;
