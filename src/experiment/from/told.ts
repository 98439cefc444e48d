import { plural } from '../../words/number.ts';
import type { Call } from './calls.ts';
import type { Entrance } from './entrances.ts';
import type { Unknown } from './numbers.ts';
import { isLoad } from './role.ts';
import type { Shift } from './shift.ts';
import { idOf, type Service, type Workload } from './system.ts';

/** What was made of an export, for whoever reads it: what is known, what is guessed, what was left out. */
export interface Told {
  readonly name: string;
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly callsOf: ReadonlyMap<string, readonly Call[]>;
  /** Workloads whose calls are known, not guessed. */
  readonly known: ReadonlySet<string>;
  readonly entrances: readonly Entrance[];
  readonly assumed: readonly string[];
  readonly shift: Shift | undefined;
  readonly sidecars: string;
  /** Numbers that are guesses. */
  readonly asked: readonly Unknown[];
  readonly leftOut: readonly string[];
  readonly notes: readonly string[];
}

export interface Row {
  readonly what: string;
  readonly lines: readonly string[];
}

/** The same rows in the terminal and in the README. */
export function toldRows(told: Told): Row[] {
  const { workloads, entrances, assumed, shift } = told;
  return [
    { what: 'Workloads', lines: [workloadText(workloads)] },
    { what: 'Pages', lines: entrances.map(entranceText) },
    { what: 'Calls (guesses, if not said to be known)', lines: callLines(told) },
    ...(shift === undefined ? [] : [{ what: 'Shift', lines: [shiftText(shift)] }]),
    { what: 'Sidecars', lines: [told.sidecars] },
    { what: 'Assumed', lines: assumed },
    { what: 'Noted', lines: told.notes },
    { what: 'Left out', lines: told.leftOut },
  ].filter(({ lines }) => lines.length > 0);
}

function workloadText(workloads: readonly Workload[]): string {
  const byKind = new Map<string, string[]>();
  for (const { kind, name } of workloads) byKind.set(kind, [...(byKind.get(kind) ?? []), name]);
  return [...byKind].map(([kind, names]) => `${plural(names.length, kind)}: ${names.join(', ')}`).join('; ');
}

const entranceText = ({ by, path, to, reason }: Entrance): string =>
  'gateway' in by
    ? `${by.host}${path} -> ${to.name} (${reason})`
    : `${by.workload} asks for ${by.host}${by.isTcp ? '' : path} (${reason})`;

function callLines({ workloads, callsOf, known }: Told): string[] {
  return workloads.flatMap((own) => {
    const calls = callsOf.get(idOf(own)) ?? [];
    if (calls.length === 0 || own.services.length === 0 || isLoad(own)) return [];
    if (known.has(idOf(own)))
      return [`${own.name} -> ${calls.map(({ host }) => host).join(', ')} (known: Istio's Bookinfo)`];
    const byClue = new Map<string, string[]>();
    for (const { host, clue } of calls) byClue.set(clue, [...(byClue.get(clue) ?? []), host]);
    const parts = [...byClue].map(([clue, hosts]) => `${hosts.join(', ')} (${clue})`);
    return [`${own.name} -> ${parts.join(', ')}`];
  });
}

const shiftText = ({ service, from, to, steps, reason }: Shift): string =>
  `${service.name} from ${from} to ${to}: ${steps.map(({ percent }) => percent).join(', ')} % (${reason})`;

/** The README of the folder. */
export function readmeText(told: Told): string {
  const { name, asked } = told;
  return `# ${name}

Made by \`meshshift new\` from an export of a cluster. The manifests are those of the export without what the cluster added; nobody
measured the rest.

## Guessed numbers

All in \`numbers\` of \`scenario.yaml\`: put in your own there.

${asked.map((own) => `- \`${own.name}\`: ${own.guess} (may be ${own.from} to ${own.to}), ${own.what}. Where it can be read: \`${own.where}\`.`).join('\n') || 'None.'}

\`\`\`sh
meshshift explain ${name}    # on which of them does the answer depend?
meshshift run ${name}
\`\`\`

## What was made of the export

${toldRows(told)
  .map(({ what, lines }) => `**${what}**\n\n${lines.map((line) => `- ${line}`).join('\n')}`)
  .join('\n\n')}
`;
}
