import { z } from 'zod';
import type { ChangeKind } from './change.ts';
import { later } from './later.ts';
import { noWarmup } from './no-warmup.ts';
import { replicas } from './replicas.ts';
import type { Written } from './written.ts';

/** Every kind of change that a finding may propose. */
export const changeKinds = {
  replicas,
  later,
  'no-warmup': noWarmup,
};

type OwnOf<Kind> = Kind extends ChangeKind<infer Own> ? Own : never;

/** A change of manifests or of the timeline, as plain data. */
export type Change = OwnOf<(typeof changeKinds)[keyof typeof changeKinds]>;

const schemas: readonly z.ZodType[] = Object.values(changeKinds).map(({ schema }) => schema);
export const change = z.union(schemas as [z.ZodType<Change>, ...z.ZodType<Change>[]]);

const kindOf = ({ kind }: Change): ChangeKind<Change> => changeKinds[kind] as unknown as ChangeKind<Change>;

/** What to do, in a sentence. */
export const changeText = (own: Change): string => kindOf(own).text(own);

/** Makes the change in place; answers with what stands in its way, for a user to read. */
export const applyChange = (own: Change, written: Written): string | undefined =>
  kindOf(own).apply(own, written);
