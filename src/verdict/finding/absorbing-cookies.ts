import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { CookieFact } from '../../record/mesh-facts.ts';
import type { Phase, RunRecord } from '../../record/record.ts';
import { binomInterval, binomTest } from '../../stats/index.ts';
import { count, percent, percentRange, span } from '../../words/number.ts';
import { evidenceLevels } from '../rule-of-evidence.ts';
import { listed } from '../../words/listed.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange } from './remedy.ts';

/** Answers of one version alone set a cookie that leads there again: whoever meets it once stays, and its share grows. */
export const absorbingCookies: FindingKind = {
  code: 'absorbing-cookies',
  seenIn: (record) =>
    keysThatAbsorb(record).flatMap(({ service, key }) => {
      const drift = driftOf(record, service, key);
      return drift === undefined ? [] : [findingOf(record, drift)];
    }),
};

type Destination = CookieFact['destinations'][number];

/** A destination that keeps its clients for longer than another of the same split does, and that one. */
export interface Absorbing {
  readonly fact: CookieFact;
  readonly own: Destination;
  readonly others: readonly Destination[];
}

/** In a split: the destination that keeps longest, if others keep for a shorter time or not at all. */
export function absorbingIn(fact: CookieFact): Absorbing | undefined {
  const drawn = fact.destinations.filter(({ weight }) => weight > 0);
  const [own] = [...drawn].sort((a, b) => keepsFor(b) - keepsFor(a));
  const others = own === undefined ? [] : drawn.filter((each) => keepsFor(each) < keepsFor(own));
  return own === undefined || others.length === 0 ? undefined : { fact, own, others };
}

const keepsFor = ({ keepsSeconds }: Destination): number => keepsSeconds ?? Infinity;

const keysThatAbsorb = ({ mesh }: RunRecord): { service: string; key: string }[] => [
  ...new Map(
    mesh
      .flatMap(({ cookies = [] }) => cookies)
      .flatMap((fact) => {
        const key = absorbingIn(fact)?.own.key;
        return key === undefined ? [] : [[`${fact.service} ${key}`, { service: fact.service, key }] as const];
      }),
  ).values(),
];

interface Drift {
  readonly last: Absorbing;
  readonly phases: readonly { readonly phase: Phase; readonly had: number; readonly weight: number }[];
  readonly requests: number;
  readonly had: number;
  /** By the weights. */
  readonly due: number;
}

/** What the version had beyond its weight, while it kept its clients; undefined: no more than chance gives. */
function driftOf(record: RunRecord, service: string, key: string): Drift | undefined {
  const split = record.splits.find((own) => own.service === service);
  const place = split?.keys.indexOf(key) ?? -1;
  if (split === undefined || place < 0) return undefined;
  const spans = record.mesh.map(({ cookies = [], fromSeconds }, step) => ({
    fromSeconds,
    toSeconds: record.mesh[step + 1]?.fromSeconds ?? record.scenario.durationSeconds,
    absorbing: cookies
      .filter((own) => own.service === service)
      .flatMap((own) => absorbingIn(own) ?? [])
      .find(({ own }) => own.key === key),
  }));
  const phases = split.phases.flatMap((phase) => {
    const within = spans.find(
      ({ fromSeconds, toSeconds }) => fromSeconds <= phase.fromSeconds && phase.toSeconds <= toSeconds,
    )?.absorbing;
    return within === undefined || phase.requests === 0
      ? []
      : [{ phase, had: phase.observed[place]!, weight: within.own.weight }];
  });
  const last = spans.findLast(({ absorbing }) => absorbing !== undefined)!.absorbing!;
  const sumOf = (value: (own: (typeof phases)[number]) => number): number =>
    phases.reduce((sum, own) => sum + value(own), 0);
  const [requests, had, due] = [
    sumOf(({ phase }) => phase.requests),
    sumOf((own) => own.had),
    sumOf(({ phase, weight }) => phase.requests * weight),
  ];
  if (had <= due) return undefined;
  const { fault } = evidenceLevels({ areIndependent: true });
  return binomTest({ k: had, n: requests, p: due / requests }) > fault
    ? undefined
    : { last, phases, requests, had, due };
}

function findingOf(record: RunRecord, { last, phases, requests, had, due }: Drift): FindingRecord {
  const { service } = last.fact;
  const { key } = last.own;
  const [fromSeconds, toSeconds] = [phases[0]!.phase.fromSeconds, phases.at(-1)!.phase.toSeconds];
  const interval = binomInterval({ k: had, n: requests, conf: 0.95, method: 'wilson' });
  const hasWeights = new Set(phases.map(({ weight }) => weight)).size > 1 ? 'its weights' : 'its weight';
  return {
    code: 'absorbing-cookies',
    level: 'breaks',
    sentence: `${absorbingHead(last)} Of ${count(requests)} requests (${span(fromSeconds, toSeconds)}) ${service} ${key} had ${percent(had / requests, requests)}, and by ${hasWeights} ${percent(due / requests, requests)}.`,
    evidence: [
      `95 % interval of what ${key} had: ${percentRange(interval, requests)}.`,
      ...phases.map(
        ({ phase, had: own, weight }) =>
          `${span(phase.fromSeconds, phase.toSeconds)}: weight ${percent(weight)}, had ${percent(own / phase.requests, phase.requests)} of ${count(phase.requests)}.`,
      ),
      ...absorbedText(last),
    ],
    harm: {
      ...noHarm,
      requests: Math.round(had - due),
      seconds: record.scenario.durationSeconds === 0 ? 0 : toSeconds - fromSeconds,
      fromSeconds,
      toSeconds,
    },
    why: 'A cookie takes its client past the draw. Who has none, or one that ends earlier, is drawn again and again, and each draw may lead to the version that keeps its clients: none comes back from there.',
    remedies: absorbingRemedies(last),
    look: 'split',
    trace: `--where service=${service}`,
  };
}

/** Who keeps whom, in a sentence or two. */
export function absorbingHead({ fact, own, others }: Absorbing): string {
  const free = others.filter((each) => keepsFor(each) === 0);
  const rest =
    free.length > 0
      ? `those of ${listed(free.map(({ key }) => key))} set none that does`
      : `${listed(others.map(({ key, keepsSeconds }) => `those of ${key} let go after ${keepsSeconds} s`))}`;
  return `Answers of ${fact.service} ${own.key} set the cookie ${own.cookie}, with which ${own.keptBy} sends the client there again; ${rest}. So clients who come again gather at ${own.key}.`;
}

/** 1 - (1 - w)^k, where each page of who is not kept is a draw. */
export function absorbedText({ own, others }: Absorbing): string[] {
  if (others.some((each) => keepsFor(each) > 0) || others.length === 0) return [];
  const after = (pages: number): string => {
    let left = 1;
    for (let page = 0; page < pages; page++) left *= 1 - own.weight;
    return `${percent(Math.round((1 - left) * 1000) / 1000)} on page ${pages}`;
  };
  return [
    `Of clients who reload, 1 - (1 - w)^k are there on their k-th page: with ${percent(own.weight)}, ${[2, 5, 10].map(after).join(', ')}.`,
  ];
}

export const absorbingRemedies = ({ fact: { service, to = service }, own }: Absorbing): Remedy[] =>
  own.cookie === null
    ? []
    : [
        byChange({ kind: 'no-cookie', service: to, cookie: own.cookie }),
        byChange({ kind: 'cookie-for-all', service: to, cookie: own.cookie }),
      ];
