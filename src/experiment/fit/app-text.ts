import type { Estimate } from '../../fit/estimate.ts';
import type { FittedLaw, Law } from '../../fit/law.ts';
import type { FittedError, FittedWorkload } from '../../fit/traces/fit-traces.ts';
import type { FittedCall, FittedScript, FittedStep } from '../../fit/traces/script.ts';

/** All that is known of an application, from wherever something tells it. */
export interface AppFindings {
  readonly name: string;
  readonly workloads: readonly WorkloadFindings[];
  /** What stands at the head of the file, a sentence each: what was read, what could not be told. */
  readonly notes: readonly string[];
}

export interface WorkloadFindings {
  readonly name: string;
  /** Labels that tell its pods from others. */
  readonly match: Readonly<Record<string, string>>;
  /** undefined: neither traces nor logs tell what it does. */
  readonly traced: FittedWorkload | undefined;
  /** Of one request, milliseconds; undefined: no metrics tell. */
  readonly cpuMs: Estimate | undefined;
  /** Of one pod, thousandths of a core. */
  readonly idleMilli: Estimate | undefined;
  readonly workers: WorkerFindings | undefined;
  /** Shares of answers by status, of all requests rather than of those traced; undefined: those of the traces stand. */
  readonly failures: readonly { readonly status: number; readonly share: Estimate }[] | undefined;
}

export interface WorkerFindings {
  /** null: no limit was seen. */
  readonly workers: number | null;
  /** The most requests that a pod held at a time. */
  readonly seenAtOnce: number;
  readonly requests: number;
}

/**
 * The app file of what was found: behind each number its 95 % interval, how many observations it rests on and where it is from; what
 * nothing tells is left at its default and marked so.
 */
export function appText({ name, workloads, notes }: AppFindings): string {
  const lines = [
    ...comment(
      '',
      `What ${name} does with its requests, fitted to what was seen: beside each number stand its 95 % interval, how many observations it rests on, and where it is from. What is marked "default" could not be told from what was given, nor could boot, queue, cores, whenCallerLeaves and the timeouts of calls, which are defaults throughout.`,
    ),
    ...notes.flatMap((note) => comment('', `${note[0]?.toUpperCase() ?? ''}${note.slice(1)}.`)),
    'apiVersion: meshshift/v1alpha1',
    'kind: App',
    `metadata: { name: ${word(name)} }`,
    'spec:',
    '  workloads:',
    ...workloads.flatMap(workloadLines),
  ];
  return `${lines.join('\n')}\n`;
}

function workloadLines(own: WorkloadFindings): string[] {
  const { traced } = own;
  const match = Object.entries(own.match).map(([key, value]) => `${word(key)}: ${word(value)}`);
  return [
    `    - name: ${word(own.name)}`,
    `      match: { ${match.join(', ')} }`,
    ...(traced?.notes ?? []).flatMap((note) => comment('      ', sentence(note))),
    ...cpuLines(own),
    ...workerLines(own.workers),
    ...failureLines(own),
    ...(traced === undefined || traced.own === undefined
      ? [
          ...comment(
            '      ',
            'script: default, it answers at once: no whole trace and no log tells what it does',
          ),
        ]
      : ['      script:', ...scriptLines(traced.script, '        ')]),
    ...(traced === undefined || traced.paths.length === 0
      ? []
      : [
          '      paths:',
          ...traced.paths.flatMap(({ paths, script }) =>
            paths.flatMap((path) => [
              `        - path: ${word(path)} # ${script.n} requests`,
              '          script:',
              ...scriptLines(script, '            '),
            ]),
          ),
        ]),
  ];
}

function cpuLines({ cpuMs, idleMilli }: WorkloadFindings): string[] {
  return [
    cpuMs === undefined
      ? '      # cpu: default, 0s: no metrics tell'
      : `      cpu: ${duration(cpuMs.value)} # ${interval(cpuMs, 'ms')}`,
    idleMilli === undefined
      ? '      # idleCpu: default, 0: no metrics tell'
      : `      idleCpu: ${number(Math.max(0, idleMilli.value))}m # ${interval(idleMilli, 'm')}`,
  ];
}

function workerLines(found: WorkerFindings | undefined): string[] {
  if (found === undefined) return ['      # concurrency: default, no limit: no inbound log tells'];
  const { workers, seenAtOnce, requests } = found;
  return workers === null
    ? [`      # concurrency: no limit, and none was seen up to ${seenAtOnce} at once (${requests} requests)`]
    : [`      concurrency: ${workers} # pods held up to ${seenAtOnce} at once (${requests} requests)`];
}

/** Errors of its own making; those that a failing call explains come from the calls. */
function failureLines({ traced, failures }: WorkloadFindings): string[] {
  const calls = (traced?.script.steps ?? []).some(({ kind }) => kind !== 'work');
  const seen = traced?.errors ?? [];
  const all: readonly FittedError[] =
    failures === undefined
      ? seen
      : failures
          .filter(({ status }) => !calls || seen.some((own) => own.status === status))
          .map((own) => ({ ...own, takes: seen.find(({ status }) => status === own.status)?.takes }));
  const used = all.filter(({ share, status }) => share.value > 0 && status >= 400 && status <= 599);
  if (used.length === 0) return [];
  return [
    '      fails:',
    ...used.flatMap(({ status, share, takes }) => [
      `        - share: ${percent(share.value)} # ${percent(share.low)} to ${percent(share.high)} (${share.n}, ${share.source})`,
      `          status: ${status}`,
      ...(takes === undefined
        ? ['          # takes: default, as long as its script: no trace has such an answer']
        : [...comment('          ', lawComment(takes)), ...lawLines('takes', takes.law, '          ')]),
    ]),
  ];
}

function scriptLines({ steps, notes }: FittedScript, indent: string): string[] {
  const lines = steps.flatMap((step) => stepLines(step, indent));
  if (lines.length === 0) return [`${indent}[]`];
  return [...(indent.length > 8 ? notes.flatMap((note) => comment(indent, sentence(note))) : []), ...lines];
}

function stepLines(step: FittedStep, indent: string): string[] {
  switch (step.kind) {
    case 'work': {
      const [first, ...others] = lawLines('work', step.law.law, `${indent}  `);
      return [...comment(indent, lawComment(step.law)), `${indent}- ${first!.trimStart()}`, ...others];
    }
    case 'call':
      return callLines(step.call, indent);
    case 'together':
      return [`${indent}- together:`, ...step.calls.flatMap((call) => callLines(call, `${indent}    `))];
  }
}

function callLines(call: FittedCall, indent: string): string[] {
  const { probability, onFailure, failureStatus } = call;
  const fields = [
    `host: ${word(call.namespace === '' ? call.host : `${call.host}.${call.namespace}`)}`,
    ...(call.port === undefined ? [] : [`port: ${call.port}`]),
    ...(call.method === 'GET' ? [] : [`method: ${word(call.method)}`]),
    ...(call.path === '/' ? [] : [`path: ${word(call.path)}`]),
    ...(probability.value === 1 ? [] : [`probability: ${percent(probability.value)}`]),
    ...(call.awaits ? [] : ['awaits: false']),
    ...(call.tries > 1 ? [`tries: ${call.tries}`] : []),
    ...(onFailure === undefined || !call.awaits ? [] : [`onFailure: ${onFailure}`]),
    ...(failureStatus === undefined ? [] : [`failureStatus: ${failureStatus}`]),
  ];
  const { low, high, n, source } = probability;
  const told = [
    probability.value === 1
      ? `in all of ${n} requests (${source})`
      : `${percent(low)} to ${percent(high)} of ${n} requests (${source})`,
    ...(call.port === undefined ? ['port: default, 9080'] : []),
    ...(onFailure === undefined && call.awaits ? ['onFailure: default, none of them failed'] : []),
    ...(call.awaits ? [] : ['it ends after the answer has left']),
  ].join('; ');
  return [...comment(indent, told), `${indent}- call: { ${fields.join(', ')} }`];
}

/** What is known of a law, in a line. */
const lawComment = ({ reason, p50, p99, mean }: FittedLaw): string =>
  [
    `p50 ${interval(p50, 'ms', false)}`,
    `p99 ${interval(p99, 'ms', false)}`,
    `mean ${number(mean.value)} ms (${mean.n}, ${mean.source})`,
    reason,
  ].join('; ');

/** `name: law`, an empirical one over several lines. */
function lawLines(name: string, law: Law, indent: string): string[] {
  if (law.dist !== 'empirical') return [`${indent}${name}: ${lawText(law)}`];
  return [
    `${indent}${name}:`,
    `${indent}  dist: empirical`,
    `${indent}  values:`,
    ...wrapped(`${indent}    `, `[${law.valuesMs.map(duration).join(', ')}]`),
  ];
}

const lawText = (law: Exclude<Law, { dist: 'empirical' }>): string =>
  law.dist === 'constant'
    ? duration(law.valueMs)
    : `{ dist: lognormal, p50: ${duration(law.p50Ms)}, p99: ${duration(Math.max(law.p50Ms, law.p99Ms))} }`;

/** `1.29 to 1.35 ms (1855, traces)`. */
function interval({ low, high, n, source }: Estimate, unit: string, isWhole = true): string {
  const ends =
    low === -Infinity && high === Infinity
      ? 'not known'
      : low === -Infinity
        ? `up to ${number(high)} ${unit}`
        : high === Infinity
          ? `${number(low)} ${unit} or more`
          : `${number(low)} to ${number(high)} ${unit}`;
  return isWhole ? `${ends} (${n}, ${source})` : ends;
}

/** Four digits, no exponent. */
const number = (value: number): string => {
  const short = Number(value.toPrecision(4));
  return Math.abs(short) < 1e-6 ? '0' : String(short);
};

/** The model counts whole microseconds. */
const duration = (ms: number): string => {
  const us = Math.max(0, Math.round(ms * 1000));
  return us < 1000 ? `${us}us` : `${us / 1000}ms`;
};

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))}%`;

const sentence = (note: string): string => `${note[0]!.toUpperCase()}${note.slice(1)}.`;

const width = 110;

const comment = (indent: string, text: string): string[] => wrapped(`${indent}# `, text);

function wrapped(indent: string, text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + part.length > width) {
      lines.push(`${indent}${line}`);
      line = part;
    } else line = line === '' ? part : `${line} ${part}`;
  }
  return [...lines, `${indent}${line}`];
}

/** A YAML scalar that stays text: quoted where another reading is possible. */
const word = (text: string): string =>
  /^[A-Za-z/][A-Za-z0-9_./-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
