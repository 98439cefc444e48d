import type { FittedSystem, SystemEntry } from './fit-system.ts';
import type { SystemManifests } from './manifest-texts.ts';

/** What stands in for arrivals: the profile that was fitted, or the recorded ones. */
export type ArrivalsOf = (entry: SystemEntry, at: number) => string | undefined;

export interface ScenarioParts {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly manifests: SystemManifests;
  /** Fields of a traffic entry behind its name, path and host. */
  readonly arrivals: ArrivalsOf;
  readonly windowSeconds?: number;
}

/** scenario.yaml of a fitted system: a comment says where each number is from. */
export function scenarioText(system: FittedSystem, parts: ScenarioParts): string {
  const { name, title, seconds, manifests, arrivals } = parts;
  const lines = [
    'apiVersion: meshshift/v1alpha1',
    'kind: Scenario',
    `metadata: { name: ${word(name)}, title: ${word(title)} }`,
    'spec:',
    `  duration: ${shown(seconds)}s`,
    ...(manifests.isScaled ? ['  start: settled # with as many pods as autoscalers want'] : []),
    '  app: app.yaml',
    `  manifests: [${manifests.start.map(word).join(', ')}]`,
    ...(parts.windowSeconds === undefined ? [] : [`  window: ${parts.windowSeconds}s`]),
    ...trafficLines(system, arrivals),
    ...hopLines(system),
    ...proxyLines(system),
    ...controlPlaneLines(system),
  ];
  if (manifests.timeline.length > 0) {
    lines.push('  timeline:');
    for (const { atSeconds, file } of manifests.timeline)
      lines.push(`    - { at: ${shown(atSeconds)}s, apply: ${word(file)} }`);
  }
  return `${lines.join('\n')}\n`;
}

/** `arrivals: poisson, profile: ...` of what was found, with intervals beside it; undefined: nothing tells how often. */
export const profileOf: ArrivalsOf = ({ profile, process, source }) => {
  if (profile === undefined) return undefined;
  const kind = process?.kind === 'even' ? 'constant' : 'poisson';
  const told =
    process === undefined
      ? 'default: poisson, as no log tells each arrival'
      : `${process.n} requests, ${source}; times within pieces p = ${process.uniformP.toFixed(2)}, variance of counts ${process.dispersion.toFixed(2)} times that of chance`;
  const bursty =
    process?.kind === 'bursty'
      ? '\n      # The requests come in groups (sessions, or clients that try again), which this profile does not have.'
      : '';
  return [
    `      # ${told}${bursty}`,
    `      arrivals: ${kind}`,
    ...(profile.shape === 'ramp' ? ['      shape: ramp'] : []),
    '      profile:',
    ...profile.points.map(
      ({ atSeconds, rps, low, high }) =>
        `        - { at: ${shown(atSeconds)}s, rps: ${shown(rps)} } # ${shown(low)} to ${shown(high)}`,
    ),
  ].join('\n');
};

function trafficLines({ entries }: FittedSystem, arrivals: ArrivalsOf): string[] {
  const names = new Set<string>();
  const written = entries.flatMap((entry, at) => {
    const fields = arrivals(entry, at);
    if (fields === undefined) return [];
    const plain = `${entry.service}${entry.path}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
    let name = plain;
    for (let number = 2; names.has(name); number += 1) name = `${plain}-${number}`;
    names.add(name);
    const { patience } = entry;
    const leaves = patience?.p50Ms;
    const host = entry.client === '' ? entry.authority : entry.service;
    return [
      `    - name: ${word(name)}`,
      ...(entry.client === '' ? [] : [`      from: ${word(entry.client)}`]),
      `      method: ${word(entry.method)}`,
      `      path: ${word(entry.path)}`,
      ...(host === '' ? [] : [`      host: ${word(host)}`]),
      ...(leaves === undefined || patience?.isTimeout !== true
        ? []
        : [`      patience: ${us(leaves.value)} # ${patience.left} clients left after it`]),
      fields,
    ];
  });
  if (written.length === 0)
    return [
      '  # How often pages are asked for is not known: no log or counters of a gateway were given.',
      '  traffic: []',
    ];
  return ['  traffic:', ...written];
}

function hopLines({ traces, graphFrom }: FittedSystem): string[] {
  const { hop } = traces;
  if (hop === undefined) return ['  # hop: default, as no call has both of its ends'];
  const { value, low, high, n } = hop.meanMs;
  const from = graphFrom === 'logs' ? 'logs, whole milliseconds' : 'traces';
  return [
    `  # One way between two sidecars: mean ${shown(value)} ms (${shown(low)} to ${shown(high)}), ${n} calls, ${from}`,
    `  hop: { dist: lognormal, p50: ${us(hop.p50Ms)}, p99: ${us(hop.p99Ms)} }`,
  ];
}

function proxyLines({ sidecar }: FittedSystem): string[] {
  if (sidecar === undefined) return ['  # proxy: default, as no CPU of istio-proxy was given'];
  const { perRequestMs, idleMilli } = sidecar;
  return [
    `  # CPU of a sidecar per pass: ${shown(perRequestMs.low)} to ${shown(perRequestMs.high)} ms; idle ${shown(idleMilli.low)} to ${shown(idleMilli.high)} thousandths of a core; ${sidecar.windows} windows, ${perRequestMs.source}`,
    `  proxy: { cpuPerRequest: ${Math.max(1, Math.round(perRequestMs.value * 1000))}us, idleCpu: ${milli(idleMilli.value)} }`,
  ];
}

/** Proxies take as long as the calls say that they took; what the preset takes before that is part of it. */
function controlPlaneLines({ splits }: FittedSystem): string[] {
  const told = splits
    .flatMap(({ phases }) => phases.flatMap(({ propagation }) => propagation))
    .filter(({ seconds, low, high }) => seconds !== null && high - low <= 3);
  if (told.length === 0) return [];
  const delays = told.map(({ seconds }) => seconds!).sort((a, b) => a - b);
  // The preset `small` takes about 130 ms from the change to a proxy; it applies clusters and routes, each by itself.
  const rest = delays.map((delay) => Math.max(0, (delay - 0.13) / 2));
  const shownDelays = delays.map((delay) => `${shown(delay)} s`).join(', ');
  const law =
    rest.length === 1 || rest[0] === rest.at(-1)
      ? `${Math.round(rest[0]! * 1000)}ms`
      : `{ dist: uniform, min: ${Math.round(rest[0]! * 1000)}ms, max: ${Math.round(rest.at(-1)! * 1000)}ms }`;
  return [
    `  # From a change to a proxy that heeds it, by its calls: ${shownDelays}. The rest of the way is the preset's, default.`,
    `  controlPlane: { preset: small, apply: ${law} }`,
  ];
}

/** At most four digits, without an exponent. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'any' : 'none';
  if (value === 0) return '0';
  const short = Number(value.toPrecision(4));
  return Math.abs(short) < 1e-6 ? '0' : String(short);
}

const us = (ms: number): string => `${Math.max(1, Math.round(ms * 1000))}us`;

/** A Kubernetes quantity. */
const milli = (value: number): string => `${Math.max(0, Math.round(value * 10) / 10)}m`;

const word = (text: string): string =>
  /^[A-Za-z$/][A-Za-z0-9$_./-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
