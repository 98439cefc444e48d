import type { z } from 'zod';
import type { Resource } from '../../manifest/resource.ts';
import type { Stations } from '../app/stations.ts';
import type { Istiod } from '../istiod/istiod.ts';
import type { Done, Kubectl } from '../kubernetes/kubectl.ts';

/**
 * Something that can be done to the mesh at a moment of a run, whole: what may be written, what it becomes, the words for it,
 * and what it does.
 *
 * @template Action the checked entry. @template Text what is written after the verb, as `field` reads it.
 */
export interface TimelineVerb<Action extends { readonly verb: string }, Text> {
  readonly field: z.ZodType;
  /** Operators do it, and would not once the shift is taken back; else it befalls the mesh, come what may. */
  readonly isOperators: boolean;
  /** The file of manifests that it is about. */
  file?(text: Text): string;
  /** Name of the workload that it is about. */
  workload?(text: Text): string | undefined;
  /** Name of the node that it is about. */
  node?(text: Text): string | undefined;
  /** Name of the zone that it is about. */
  zone?(text: Text): string | undefined;
  /** That may be the ingress gateway, which no manifest need bring. */
  readonly mayBeGateway?: true;
  /** @param resources what that file holds; none where there is no file. */
  build(text: Text, resources: readonly Resource[]): Action;
  /** What it is about, after the verb: a file, "reviews-v1 to 4", "the nodes". */
  subject(action: Action): string;
  /** Does it; answers with the lines that kubectl would print, or what an observer would say. */
  act(action: Action, hands: Hands, nowUs: number): Done;
}

/** By what an entry acts. */
export interface Hands {
  readonly kubectl: Kubectl;
  readonly stations: Stations;
  readonly istiod: Istiod;
}

/** What befell an application: a line, and no manifest changes. */
export const observed = (line: string): Done => ({ lines: [line], changed: [] });
