import { moment } from '../../words/number.ts';
import type { HeldBy } from '../finding/drain-held.ts';
import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';

/** What the manifests of a scenario say from some moment on, and who has no pod by them. */
export interface ForeseenStep extends MeshFacts {
  /** Workloads whose number of replicas is 0. */
  readonly emptied: readonly string[];
  /** Workloads of strategy Recreate that get a new template at this step. */
  readonly recreated: readonly string[];
  /** Gateways of both kinds, "namespace/name". */
  readonly gateways: readonly string[];
  /** Rules for Gateways that are there at another step. */
  readonly lostGateways: readonly { readonly rule: string; readonly gateway: string }[];
  /** Calls of Services that the caller's proxy does not know. */
  readonly unknown: readonly UnknownCall[];
  /** Workloads whose pods no drain moves, by which budgets. */
  readonly held: readonly (HeldBy & { readonly workload: string })[];
  /** Nodes that are drained at this step, or were before. */
  readonly drained: readonly string[];
  /** So long after a change hardly a proxy is without it. */
  readonly slowPushSeconds: number;
}

export interface UnknownCall {
  readonly caller: string;
  readonly service: string;
  /** By outboundTrafficPolicy REGISTRY_ONLY; else they are passed on, past all rules. */
  readonly isRefused: boolean;
}

/** Something that will go wrong as the manifests stand, under the code by which a run would tell of it. */
export interface Foreseen {
  readonly code: string;
  /** From when on, in seconds of the run. */
  readonly fromSeconds: number;
  /** null: to the end. */
  readonly toSeconds: number | null;
  readonly sentence: string;
  readonly remedies: readonly Remedy[];
  /** A Service, a subset or a port of it, that a rule refers to and nobody defines, as the analysis of manifests finds it, too. */
  readonly missing?: Missing;
}

export interface Missing {
  readonly service: string;
  readonly subset: string | null;
  /** Of a Service that is there. */
  readonly port?: number;
}

/** A member of the family: what it finds along the timeline; empty where all is well. */
export interface ForeseenKind {
  readonly code: string;
  foreseenIn(steps: readonly ForeseenStep[]): readonly Foreseen[];
}

/** A thing that holds at a step: two of one key at neighbouring steps are one that lasts. */
export interface Seen {
  readonly key: string;
  readonly sentence: string;
  readonly remedies: readonly Remedy[];
  readonly missing?: Missing;
}

/** Members whose steps can be judged one by one: what is so in several steps on end is told once, with its span. */
export function stepwise(
  code: string,
  seenAt: (step: ForeseenStep, index: number, steps: readonly ForeseenStep[]) => readonly Seen[],
): ForeseenKind {
  return {
    code,
    foreseenIn(steps) {
      const found: (Foreseen & { readonly key: string })[] = [];
      let open = new Map<string, Foreseen & { readonly key: string }>();
      steps.forEach((step, index) => {
        const seen = new Map(seenAt(step, index, steps).map((own) => [own.key, own]));
        for (const [key, own] of open) {
          if (!seen.has(key)) found.push({ ...own, toSeconds: step.fromSeconds });
        }
        open = new Map(
          [...seen.values()].map((own) => [
            own.key,
            open.get(own.key) ?? { ...own, code, fromSeconds: step.fromSeconds, toSeconds: null },
          ]),
        );
      });
      return [...found, ...open.values()].map(({ key: _key, ...own }) => own);
    },
  };
}

/** Routes that act, with a destination of theirs that is sent something. */
export const sendsOf = ({
  rules,
}: ForeseenStep): {
  readonly rule: MeshFacts['rules'][number];
  readonly destination: MeshFacts['rules'][number]['destinations'][number];
}[] =>
  rules
    .filter(
      ({ inert, tcpPort, inside, gateways }) =>
        inert === null && (tcpPort === null || !inside || gateways.length > 0),
    )
    .flatMap((rule) =>
      rule.destinations.filter(({ weight }) => weight > 0).map((destination) => ({ rule, destination })),
    );

/** "From 1m on: reviews v3 ...": the sentence with its time, where that is not the whole run. */
export function foreseenText({ fromSeconds, toSeconds, sentence }: Foreseen): string {
  if (toSeconds !== null) return `from ${moment(fromSeconds)} to ${moment(toSeconds)}: ${sentence}`;
  return fromSeconds === 0 ? sentence : `from ${moment(fromSeconds)} on: ${sentence}`;
}
