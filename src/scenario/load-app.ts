import type { Checked } from '../manifest/problem.ts';
import type { App, CallStep, Step } from '../mesh/app/app.ts';
import { tcpMethod } from '../mesh/envoy/route-match.ts';
import { failureOf } from '../mesh/app/failure.ts';
import { portOfScripts } from './called-port.ts';
import { keepAliveOf } from './keep-alive.ts';
import { fillNumbers } from './numbers.ts';
import { checkKind, readDocument } from './read-kind.ts';
import { appSchema, type AppText } from './schema.ts';

/** A call of which nobody knows whether it is made. */
export interface GuessedCall {
  /** The app's entry, and the host that it may call. */
  readonly from: string;
  readonly to: string;
  /** Why it is taken to be made. */
  readonly reason: string;
}

/** An app with what in it is guessed, and the numbers of the scenario that it asks for. */
export interface LoadedApp {
  readonly guessedCalls: readonly GuessedCall[];
  readonly used: ReadonlySet<string>;
}

/**
 * An app file (ours or the user's) as the model reads it.
 *
 * @param numbers the scenario's, for which `$name` may stand.
 * @param portOf the port of a call that names none, by its host and by the labels of who calls.
 */
export function loadApp(
  file: string,
  text: string,
  numbers: Readonly<Record<string, unknown>> = {},
  portOf: ReturnType<typeof portOfScripts> = portOfScripts([]),
): Checked<App> & LoadedApp {
  const none = { value: undefined, guessedCalls: [], used: new Set<string>() };
  const { value: document, problems } = readDocument(file, text, 'App');
  if (document === undefined) return { ...none, problems };
  const filled = fillNumbers(file, document, document.data, numbers);
  if (filled.problems.length > 0) return { ...none, problems: filled.problems };
  const { value, problems: own } = checkKind(file, document, appSchema, filled.data);
  const all = [...problems, ...own];
  if (value === undefined) return { ...none, problems: all };
  return {
    value: toApp(value, portOf),
    problems: all,
    guessedCalls: guessedCallsOf(value),
    used: filled.used,
  };
}

const guessedCallsOf = ({ spec: { workloads } }: AppText): GuessedCall[] =>
  workloads.flatMap(({ name, script, paths }) =>
    [script, ...paths.map((own) => own.script)].flatMap((steps) =>
      steps.flatMap((step) =>
        ('call' in step
          ? [step.call]
          : 'together' in step
            ? step.together.map((own) => own.call)
            : []
        ).flatMap(({ host, guess }) =>
          guess === undefined ? [] : [{ from: name, to: host, reason: guess }],
        ),
      ),
    ),
  );

const toApp = (text: AppText, portOf: ReturnType<typeof portOfScripts>): App => ({
  name: text.metadata.name,
  workloads: text.spec.workloads.map((own) => toWorkload(own, (host) => portOf(host, own.match))),
});

type PortOf = (host: string) => number;

function toWorkload(own: AppText['spec']['workloads'][number], portOf: PortOf): App['workloads'][number] {
  const toSteps = (steps: readonly StepText[]): Step[] => steps.map((step) => toStep(step, portOf));
  return {
    name: own.name,
    match: own.match,
    cpuUs: own.cpu,
    ...(own.idleCpu === undefined ? {} : { idleCpuMilli: own.idleCpu }),
    concurrency: own.concurrency ?? Infinity,
    ...(own.queue === undefined ? {} : { queue: own.queue }),
    cores: own.cores,
    drops: own.whenCallerLeaves === 'drop',
    boot: own.boot,
    ...(own.stars === undefined ? {} : { stars: own.stars }),
    ...(own.fails === undefined
      ? {}
      : { fails: [own.fails].flat().map((fails) => failureOf(fails, fails.from, fails.to ?? Infinity)) }),
    script: toSteps(own.script),
    ...(own.paths.length === 0
      ? {}
      : { paths: own.paths.map(({ path, script }) => ({ path, script: toSteps(script) })) }),
  };
}

type StepText = AppText['spec']['workloads'][number]['script'][number];
type CallText = Extract<StepText, { call: unknown }>['call'];

const toStep = (step: StepText, portOf: PortOf): Step => {
  if ('work' in step) return { kind: 'work', time: step.work };
  if ('cpu' in step) return { kind: 'cpu', time: step.cpu };
  return 'call' in step
    ? toCall(step.call, portOf)
    : { kind: 'together', calls: step.together.map(({ call }) => toCall(call, portOf)) };
};

const toCall = (call: CallText, portOf: PortOf): CallStep => ({
  kind: 'call',
  host: call.host,
  port: call.port ?? portOf(call.host),
  method: call.protocol === 'tcp' ? tcpMethod : call.method,
  path: call.protocol === 'tcp' ? '' : call.path,
  timeoutUs: call.timeout,
  tries: call.tries,
  onFailure: call.onFailure,
  failureStatus: call.failureStatus,
  forwards: call.forwards,
  ...(call.probability === undefined ? {} : { probability: call.probability }),
  ...(call.awaits ? {} : { awaits: false }),
  ...keepAliveOf(call),
});
