import { runProgram } from '../../src/cli/program.ts';
import { FakeHost } from './fake-host.ts';

/** What `check` makes of files: how often each version was seen, what it noted, or why it refused. */
export interface Checked {
  readonly counts: Readonly<Record<string, number>>;
  readonly service: string | null | undefined;
  readonly notes: string;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly unparsed: number;
  readonly unrouted: Readonly<Record<string, number>>;
  readonly failing: readonly { readonly key: string | null; readonly failed: number }[];
  readonly kind: string | undefined;
  /** What stands in the way; "" where nothing does. */
  readonly errors: string;
  readonly code: number | undefined;
}

interface Answer {
  readonly services: readonly {
    readonly service: string | null;
    readonly judgement: {
      readonly kind: string;
      readonly versions: readonly { readonly key: string; readonly count: number }[];
      readonly failing: Checked['failing'];
    };
  }[];
  readonly reading: Pick<Checked, 'leftOut' | 'unparsed' | 'unrouted'> & {
    readonly notes: readonly string[];
  };
}

/** `words` stand behind the names of the files, which are all that are given. */
export async function check(
  files: Readonly<Record<string, string | Uint8Array>>,
  words: readonly string[] = ['--weights', 'v1=50,v3=50'],
  names: readonly string[] = Object.keys(files),
): Promise<Checked> {
  const io = new FakeHost(files);
  await runProgram(['check', ...names, ...words, '-o', 'json'], io);
  const answer = io.out === '' ? undefined : (JSON.parse(io.out) as Answer);
  const own = answer?.services[0];
  return {
    counts: Object.fromEntries(
      own?.judgement.versions.filter(({ count }) => count > 0).map(({ key, count }) => [key, count]) ?? [],
    ),
    service: own?.service,
    notes: answer?.reading.notes.join('\n') ?? '',
    leftOut: answer?.reading.leftOut ?? {},
    unparsed: answer?.reading.unparsed ?? 0,
    unrouted: answer?.reading.unrouted ?? {},
    failing: own?.judgement.failing ?? [],
    kind: own?.judgement.kind,
    errors: io.errors,
    code: io.code,
  };
}
