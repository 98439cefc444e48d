import type { Decision, Hop, HopTry, PageTrace } from '../../record/page-trace.ts';
import { oneLine, wrapped } from '../layout.ts';
import { milliseconds, seconds } from '../../words/number.ts';

/** One page, hop by hop, for a terminal: who decided what, from which configuration, and why. */
export function renderTrace(trace: PageTrace, width: number): string {
  const head = [
    `Page ${trace.page} of ${oneLine(trace.scenario)} (seed ${oneLine(trace.seed)}): number ${trace.ofTraffic} of "${oneLine(trace.traffic)}", asked for at ${seconds(trace.atSeconds)}`,
    ...(trace.complete ? [] : ['The run ended before it was answered.']),
  ];
  const lines = hopLines(trace.root, trace.root.openedMs, '', '', Math.max(60, width));
  return `${[...head.flatMap((line) => wrapped(line, Math.max(60, width))), '', ...lines].join('\n')}\n`;
}

function hopLines(hop: Hop, zeroMs: number, first: string, rest: string, width: number): string[] {
  const lines: string[] = [];
  const at = `+${milliseconds(hop.openedMs - zeroMs)}`;
  const waited = waits[hop.waited];
  lines.push(
    ...wrapped(`${hop.method} ${hop.authority}${hop.path}  ${outcome(hop)}${waited}`, width, first, rest),
  );
  const tell = (label: string, text: string): void => {
    const indent = `${rest}  `;
    lines.push(...wrapped(text, width, `${indent}${label.padEnd(9)} `, `${indent}${''.padEnd(9)} `));
  };
  tell(
    'caller',
    `${hop.caller}, at ${at}${hop.sidecar ? '' : '; no sidecar: no rule is consulted, kube-proxy chooses a pod per connection'}`,
  );
  if (hop.decision !== null) decisionLines(hop.decision).forEach(([label, text]) => tell(label, text));
  for (const fault of hop.faults) tell('fault', faultText(fault));
  hop.tries.forEach((one, index) => {
    tell(hop.tries.length > 1 ? `try ${index + 1}` : 'endpoint', tryText(one, zeroMs, isTcp(hop)));
  });
  for (const copy of hop.mirrors)
    tell('mirror', `a copy went to ${copy.pod ?? 'nobody'}; its answer is dropped`);
  hop.calls.forEach((call, index) => {
    const last = index === hop.calls.length - 1;
    lines.push(`${rest}  │`);
    lines.push(
      ...hopLines(call, zeroMs, `${rest}  ${last ? '└─' : '├─'} `, `${rest}  ${last ? '   ' : '│  '}`, width),
    );
  });
  return lines;
}

const waits: Readonly<Record<Hop['waited'], string>> = {
  'in turn': '',
  'side by side': ', called beside others',
  'not at all': ', called without waiting for it',
};

function outcome(hop: Hop): string {
  if (hop.endedMs === null) return '-> no answer within the run';
  const flags = hop.flags === '' ? '' : ` ${hop.flags} (${flagWords(hop.flags)})`;
  const status = hop.status === 0 ? 'given up' : isTcp(hop) ? tcpText(hop.status) : String(hop.status);
  const key = hop.key === null ? '' : ` by ${hop.key}`;
  return `-> ${status}${flags}${hop.status === 200 ? key : ''} after ${milliseconds(hop.endedMs - hop.openedMs)}`;
}

/** Bytes have no status: what is answered, and a connection that its proxy closes. */
const isTcp = ({ method }: Hop): boolean => method === 'TCP';
const tcpText = (status: number): string => (status === 200 ? 'answered' : 'connection closed');

function decisionLines(own: Decision): [string, string][] {
  const lines: [string, string][] = [];
  const since =
    own.heldSinceSeconds === null
      ? 'which not all of its workers have yet'
      : own.heldSinceSeconds === 0
        ? 'held since the start'
        : `held since ${seconds(own.heldSinceSeconds)}`;
  const stale = own.stale
    ? `; the manifests say otherwise already${own.newerPushSeconds === null ? '' : `, pushed from ${seconds(own.newerPushSeconds)} on`}`
    : '';
  lines.push(['config', `snapshot ${own.snapshot}, ${since}, worker ${own.worker}${stale}`]);
  for (const passed of own.passed) {
    lines.push([
      'passed',
      `${passed.rule}${passed.route === '' ? '' : ` (${passed.route})`}: ${passed.because}`,
    ]);
  }
  if (own.route === null) {
    lines.push(['route', `none in ${own.virtualHost ?? `configuration ${own.routeConfiguration}`}: 404`]);
  } else {
    const name = own.route === '' ? '' : ` (${own.route})`;
    const timeout = own.timeoutMs === null ? '' : `, timeout ${milliseconds(own.timeoutMs)}`;
    lines.push([
      'route',
      `${own.rule ?? ''}${name}${own.virtualHost === null ? '' : ` in ${own.virtualHost}`}${timeout}`,
    ]);
  }
  if (own.draw !== null) {
    const { value, total, at, from, to } = own.draw;
    lines.push(['draw', `${value} mod ${total} = ${at}, in [${from}, ${to})`]);
  }
  if (own.localStatus !== 0 && own.route !== null)
    lines.push(['answer', `the proxy itself, ${own.localStatus}`]);
  if (own.cluster !== null) lines.push(['cluster', own.cluster]);
  for (const header of own.sends) lines.push(['sends', header]);
  for (const header of own.answers) lines.push(['answers', header]);
  return lines;
}

/** "delay of 7 s, 100 %: drawn" */
function faultText({ kind, percent, delayMs, status, hit }: Hop['faults'][number]): string {
  const what = kind === 'delay' ? `delay of ${milliseconds(delayMs ?? 0)}` : `abort with ${status}`;
  return `${what}, ${percent} %: ${hit ? 'drawn' : 'not drawn'}`;
}

function tryText(one: HopTry, zeroMs: number, isBytes: boolean): string {
  const parts: string[] = [];
  if (one.pod === null) {
    const out = one.candidates.filter((own) => own.ejected).length;
    return `${one.policy ?? ''}: none of ${one.candidates.length} can be used${out === 0 ? '' : `, ${out} ejected`}`;
  }
  const why = reasonOfPick(one);
  parts.push(`${one.pod}${why === '' ? '' : ` (${why})`}`);
  if (one.breaker !== null) parts.push(`refused: ${breakerText(one.breaker)}`);
  if (one.sentMs !== null && one.sentMs > one.pickedMs) {
    parts.push(`waited ${milliseconds(one.sentMs - one.pickedMs)} for a connection`);
  }
  if (one.arrivedMs !== null) {
    const waited = one.begunMs === null ? null : one.begunMs - one.arrivedMs;
    parts.push(`there at +${milliseconds(one.arrivedMs - zeroMs)}`);
    if (waited !== null && waited > 0) parts.push(`waited ${milliseconds(waited)} for its turn`);
    if (one.begunMs !== null && one.repliedMs !== null) {
      parts.push(`busy ${milliseconds(one.repliedMs - one.begunMs)}`);
    }
  }
  if (one.reset !== null) parts.push(resets[one.reset] ?? one.reset);
  else if (one.status !== null && one.status !== 0 && !isBytes) parts.push(`status ${one.status}`);
  if (one.endedMs === null && one.next === null && one.arrivedMs !== null)
    parts.push('nobody waited for its answer');
  if (one.next === 'done' && one.because !== null) parts.push(`final: ${one.because}`);
  if (one.next === 'retry') {
    parts.push(
      `tried again${one.because === null ? '' : ` (${one.because})`} after ${milliseconds(one.backOffMs)}`,
    );
  }
  if (one.next === 'limit') parts.push('no retries left');
  if (one.next === 'overflow') parts.push('the breaker of retries was open');
  return parts.join(', ');
}

/** "LEAST_REQUEST of 2, of two endpoints drawn by chance the one with fewer requests open: a has 0, b has 2"; "" of kube-proxy. */
function reasonOfPick({ policy, how, candidates, priority }: HopTry): string {
  if (policy === null || how === null) return '';
  if (candidates.length === 1) return 'the only one';
  const compared = candidates.filter((own) => own.compared);
  const eligible = candidates.filter((own) => own.eligible).length;
  const ejected = candidates.filter((own) => own.ejected).length;
  const among = [
    eligible === candidates.length ? `of ${eligible}` : `among ${eligible} of ${candidates.length}`,
    ...(priority === null || eligible === candidates.length ? [] : [`priority ${priority}`]),
    ...(ejected === 0 ? [] : [`${ejected} ejected`]),
  ].join(', ');
  const picked = `${policy} ${among}, ${how}`;
  if (compared.length === 0) return picked;
  const open = compared.map((own) => `${own.pod} has ${own.active}`).join(', ');
  return `${picked}: ${open}${compared.length === 1 ? ', drawn twice' : ''}`;
}

/** The limit that was met first: whoever gets a connection may still be one request too many. */
function breakerText(own: NonNullable<HopTry['breaker']>): string {
  const { requests, maxRequests, pending, maxPending, connections, maxConnections } = own;
  const of = (n: number, most: number | null, what: string): string =>
    most === null ? `${n} ${what}` : `${n} of at most ${most} ${what}`;
  return [
    ...(maxRequests !== null && requests >= maxRequests ? [of(requests, maxRequests, 'under way')] : []),
    ...(maxPending !== null && pending >= maxPending ? [of(pending, maxPending, 'waiting')] : []),
    of(
      connections,
      maxConnections,
      connections === 1 && maxConnections === null ? 'connection' : 'connections',
    ),
  ].join(', ');
}

const resets: Readonly<Record<string, string>> = {
  'connect-failure': 'no connection: refused',
  'connect-timeout': 'no connection within the connect timeout',
  'remote-reset': 'the connection broke',
  'per-try-timeout': 'not answered within the time per try',
};

const meanings: Readonly<Record<string, string>> = {
  UH: 'no healthy endpoint',
  UT: 'timed out',
  LR: 'reset by the proxy',
  UR: 'reset by the server',
  UF: 'no connection',
  UC: 'connection broken',
  UO: 'overflow',
  NR: 'no route',
  DI: 'delayed by a fault rule',
  FI: 'aborted by a fault rule',
  DC: 'the caller left',
  URX: 'retries used up',
  UPE: 'protocol error',
  NC: 'the proxy does not know the cluster',
};

const flagWords = (flags: string): string =>
  flags
    .split(',')
    .map((flag) => meanings[flag] ?? flag)
    .join(', ');
