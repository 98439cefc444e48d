/** Sequences by plain arithmetic, apart from the engine: what luck and each mechanism would bring. */

/** xorshift32 (Marsaglia 2003), uniform on [0, 1). */
export function xorshift(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

type Random = () => number;

/** Choices of version 0, 1, ... in order, with what else was recorded of each. */
export interface Made {
  readonly sequence: readonly number[];
  readonly clients?: readonly number[];
  readonly attempts?: readonly number[];
}

/** A draw from shares that sum to 1. */
export function draw(random: Random, shares: readonly number[]): number {
  let u = random();
  for (let key = 0; key < shares.length - 1; key++) {
    if (u < shares[key]!) return key;
    u -= shares[key]!;
  }
  return shares.length - 1;
}

/** n draws of two versions, 0 having this share. */
export const independent = (random: Random, n: number, share: number): number[] =>
  Array.from({ length: n }, () => (random() < share ? 0 : 1));

/** The turn again and again, from any place in it. */
function repeated(random: Random, n: number, turn: readonly number[]): number[] {
  const start = Math.floor(random() * turn.length);
  return Array.from({ length: n }, (_, i) => turn[(start + i) % turn.length]!);
}

/** nginx: each weight is added, the largest is next and gives back the total. */
function smoothRoundRobin(random: Random, n: number, share: number): number[] {
  const weights = [Math.round(share * 100), 100 - Math.round(share * 100)];
  const current = [0, 0];
  const all: number[] = [];
  const skip = Math.floor(random() * 100);
  for (let i = 0; i < n + skip; i++) {
    current[0]! += weights[0]!;
    current[1]! += weights[1]!;
    const next = current[0]! >= current[1]! ? 0 : 1;
    current[next]! -= 100;
    all.push(next);
  }
  return all.slice(skip);
}

/** A counter modulo 100, moved on by 1 to 3 for each request. */
function counter(random: Random, n: number, share: number): number[] {
  const start = Math.floor(random() * 100);
  const stride = 1 + Math.floor(random() * 3);
  return Array.from({ length: n }, (_, i) => ((start + i * stride) % 100 < share * 100 ? 0 : 1));
}

/** Another share from some request in the middle half on. */
function changed(random: Random, n: number, before: number, after: number): number[] {
  const cut = Math.floor(n * (0.25 + 0.5 * random()));
  return [...independent(random, cut, before), ...independent(random, n - cut, after)];
}

function sticky(random: Random, n: number, share: number): number[] {
  const all: number[] = [];
  for (let i = 0; i < n; i++) all.push(i > 0 && random() < 0.9 ? all[i - 1]! : random() < share ? 0 : 1);
  return all;
}

/** Six callers in turn by chance, of which two draw by another rule. */
function ofCallers(
  random: () => number,
  n: number,
  share: number,
  other: number,
): { readonly sequence: readonly number[]; readonly clients: readonly number[] } {
  const clients = Array.from({ length: n }, () => Math.floor(random() * 6));
  const sequence = clients.map((client) => (random() < (client < 2 ? other : share) ? 0 : 1));
  return { sequence, clients };
}

/** 20 clients; each keeps the version that it drew, or draws anew each time, or keeps only version 1. */
function ofClients(random: Random, n: number, share: number, keeps: 'nothing' | 'any' | 'version 1'): Made {
  const kept = new Map<number, number>();
  const clients = Array.from({ length: n }, () => Math.floor(random() * 20));
  const sequence = clients.map((client) => {
    const key = kept.get(client) ?? (random() < share ? 0 : 1);
    if (keeps === 'any' || (keeps === 'version 1' && key === 1)) kept.set(client, key);
    return key;
  });
  return { sequence, clients };
}

function absorbing(random: Random, n: number, share: number): number[] {
  let caught = false;
  return Array.from({ length: n }, () => {
    const key = caught || random() >= share ? 1 : 0;
    caught ||= key === 1;
    return key;
  });
}

/** Lines of a busy log: neighbours up to 40 lines apart change places. */
function mingled(random: Random, made: { readonly key: number; readonly attempt: number }[]) {
  return made
    .map((line, i) => ({ line, at: i + 40 * random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => line);
}

/** Half of the tries of version 1 fail and are made again, twice at the most; each try is a line. */
function withRetries(random: Random, n: number, share: number, busy: boolean, known: boolean): Made {
  const lines: { key: number; attempt: number }[] = [];
  while (lines.length < n) {
    const key = random() < share ? 0 : 1;
    lines.push({ key, attempt: 1 });
    for (let attempt = 2; attempt <= 3 && key === 1 && random() < 0.5; attempt++)
      lines.push({ key, attempt });
  }
  const cut = (busy ? mingled(random, lines) : lines).slice(0, n);
  return {
    sequence: cut.map((line) => line.key),
    ...(known ? { attempts: cut.map((line) => line.attempt) } : {}),
  };
}

/** Every request is copied to version 1. */
function withMirrors(random: Random, n: number, share: number, busy: boolean): Made {
  const lines: { key: number; attempt: number }[] = [];
  while (lines.length < n) {
    lines.push({ key: random() < share ? 0 : 1, attempt: 1 }, { key: 1, attempt: 1 });
  }
  return { sequence: (busy ? mingled(random, lines) : lines).slice(0, n).map((line) => line.key) };
}

/** Of the requests to version 1 every other fails, and failed ones are not counted. */
function withoutFailures(random: Random, n: number, share: number): number[] {
  const all: number[] = [];
  while (all.length < n) {
    const key = random() < share ? 0 : 1;
    if (key === 0 || random() < 0.5) all.push(key);
  }
  return all;
}

/** Each request is two lines; the log begins with any of them. */
function twice(random: Random, n: number, share: number): number[] {
  const all = independent(random, n, share).flatMap((key) => [key, key]);
  const skip = random() < 0.5 ? 0 : 1;
  return all.slice(skip, skip + n);
}

export interface Making {
  readonly title: string;
  /** What it should be called. */
  readonly name: string;
  /** Configured share of version 0, in per cent. */
  readonly configured: number;
  /** Pods of each version, where the judge is told of them. */
  readonly pods?: readonly [number, number];
  make(random: Random, n: number): Made;
}

const of = (sequence: number[]): Made => ({ sequence });

/** What is generated, against which weights, and what it should be called. */
export const makings: readonly Making[] = [
  { title: 'independent draws', name: 'chance', configured: 50, make: (r, n) => of(independent(r, n, 0.5)) },
  { title: 'independent draws', name: 'chance', configured: 90, make: (r, n) => of(independent(r, n, 0.9)) },
  {
    title: 'independent draws, 20 clients',
    name: 'chance',
    configured: 90,
    make: (r, n) => ofClients(r, n, 0.9, 'nothing'),
  },
  {
    title: 'alternation',
    name: 'alternation or round robin over endpoints',
    configured: 50,
    make: (r, n) => of(repeated(r, n, [0, 1])),
  },
  {
    title: 'alternation',
    name: 'alternation or round robin over endpoints',
    configured: 90,
    make: (r, n) => of(repeated(r, n, [0, 1])),
  },
  {
    title: 'round robin over one pod of v1 and two of v3',
    name: 'alternation or round robin over endpoints',
    configured: 50,
    make: (r, n) => of(repeated(r, n, [0, 1, 1])),
  },
  {
    title: 'smooth weighted round robin',
    name: 'smooth weighted round robin',
    configured: 50,
    make: (r, n) => of(smoothRoundRobin(r, n, 0.5)),
  },
  {
    title: 'smooth weighted round robin',
    name: 'smooth weighted round robin',
    configured: 70,
    make: (r, n) => of(smoothRoundRobin(r, n, 0.7)),
  },
  {
    title: 'smooth weighted round robin',
    name: 'smooth weighted round robin',
    configured: 90,
    make: (r, n) => of(smoothRoundRobin(r, n, 0.9)),
  },
  { title: 'blocks', name: 'blocks of a counter', configured: 50, make: (r, n) => of(counter(r, n, 0.5)) },
  { title: 'blocks', name: 'blocks of a counter', configured: 90, make: (r, n) => of(counter(r, n, 0.9)) },
  {
    title: 'change point, 50/50 to 90/10',
    name: 'old and new rule mixed',
    configured: 90,
    make: (r, n) => of(changed(r, n, 0.5, 0.9)),
  },
  {
    title: 'change point, 50/50 to 90/10',
    name: 'old and new rule mixed',
    configured: 50,
    make: (r, n) => of(changed(r, n, 0.5, 0.9)),
  },
  {
    title: 'change point, all to v1 and then 50/50',
    name: 'old and new rule mixed',
    configured: 50,
    make: (r, n) => of(changed(r, n, 1, 0.5)),
  },
  {
    title: 'change point, 50/50 and then all to v1',
    name: 'old and new rule mixed',
    configured: 100,
    make: (r, n) => of(changed(r, n, 0.5, 1)),
  },
  {
    title: 'other weights, 80/20',
    name: 'other weights',
    configured: 50,
    make: (r, n) => of(independent(r, n, 0.8)),
  },
  {
    title: 'other weights, 40/60',
    name: 'other weights',
    configured: 90,
    make: (r, n) => of(independent(r, n, 0.4)),
  },
  {
    title: 'pods, one of each',
    name: 'pods in place of weights',
    configured: 90,
    make: (r, n) => of(independent(r, n, 0.5)),
  },
  {
    title: 'pods, one of v1 and two of v3 (told)',
    name: 'pods in place of weights',
    configured: 90,
    pods: [1, 2],
    make: (r, n) => of(independent(r, n, 1 / 3)),
  },
  {
    title: 'sticky connection',
    name: 'sticky connection',
    configured: 50,
    make: (r, n) => of(sticky(r, n, 0.5)),
  },
  {
    title: 'sticky connection',
    name: 'sticky connection',
    configured: 90,
    make: (r, n) => of(sticky(r, n, 0.9)),
  },
  {
    title: '20 clients, each pinned',
    name: 'clients pinned to a version',
    configured: 50,
    make: (r, n) => ofClients(r, n, 0.5, 'any'),
  },
  {
    title: '20 clients, each pinned',
    name: 'clients pinned to a version',
    configured: 90,
    make: (r, n) => ofClients(r, n, 0.9, 'any'),
  },
  {
    title: 'an old rule, all to v1',
    name: 'old rule',
    configured: 50,
    make: (_, n) => of(Array.from({ length: n }, () => 0)),
  },
  {
    title: 'two of six callers still all to v1',
    name: 'some callers hold another rule',
    configured: 50,
    make: (r, n) => ofCallers(r, n, 0.5, 1),
  },
  {
    title: 'two of six callers still at 50/50',
    name: 'some callers hold another rule',
    configured: 90,
    make: (r, n) => ofCallers(r, n, 0.9, 0.5),
  },
  {
    title: 'absorbing cookie, one browser',
    name: 'absorbing cookie',
    configured: 90,
    make: (r, n) => of(absorbing(r, n, 0.9)),
  },
  {
    title: 'absorbing cookie, 20 clients',
    name: 'absorbing cookie',
    configured: 90,
    make: (r, n) => ofClients(r, n, 0.9, 'version 1'),
  },
  {
    title: 'retries counted, quiet log',
    name: 'retries counted',
    configured: 50,
    make: (r, n) => withRetries(r, n, 0.5, false, false),
  },
  {
    title: 'retries counted, busy log',
    name: 'retries counted',
    configured: 50,
    make: (r, n) => withRetries(r, n, 0.5, true, false),
  },
  {
    title: 'retries counted, busy log, tries known',
    name: 'retries counted',
    configured: 50,
    make: (r, n) => withRetries(r, n, 0.5, true, true),
  },
  {
    title: 'mirrors counted, quiet log',
    name: 'mirrors counted',
    configured: 90,
    make: (r, n) => withMirrors(r, n, 0.9, false),
  },
  {
    title: 'mirrors counted, busy log',
    name: 'mirrors counted',
    configured: 90,
    make: (r, n) => withMirrors(r, n, 0.9, true),
  },
  {
    title: 'wrong meter: labels swapped',
    name: 'wrong meter',
    configured: 90,
    make: (r, n) => of(independent(r, n, 0.1)),
  },
  {
    title: 'wrong meter: failures left out',
    name: 'wrong meter',
    configured: 50,
    make: (r, n) => of(withoutFailures(r, n, 0.5)),
  },
  {
    title: 'wrong meter: lines counted twice',
    name: 'wrong meter',
    configured: 50,
    make: (r, n) => of(twice(r, n, 0.5)),
  },
];
