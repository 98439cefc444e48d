import type { Checked } from '../manifest/problem.ts';
import type { App, CallStep, Step } from '../mesh/app/app.ts';
import { tcpMethod } from '../mesh/envoy/route-match.ts';
import { failureOf } from '../mesh/app/failure.ts';
import { keepAliveOf } from './keep-alive.ts';
import { readKind } from './read-kind.ts';
import { appSchema, type AppText } from './schema.ts';

/** An app file (ours or the user's) as the model reads it. */
export function loadApp(file: string, text: string): Checked<App> {
  const { value, problems } = readKind(file, text, appSchema, 'App');
  return { value: value === undefined ? undefined : toApp(value), problems };
}

const toApp = (text: AppText): App => ({
  name: text.metadata.name,
  workloads: text.spec.workloads.map((own) => ({
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
    script: own.script.map(toStep),
    ...(own.paths.length === 0
      ? {}
      : { paths: own.paths.map(({ path, script }) => ({ path, script: script.map(toStep) })) }),
  })),
});

type StepText = AppText['spec']['workloads'][number]['script'][number];
type CallText = Extract<StepText, { call: unknown }>['call'];

const toStep = (step: StepText): Step => {
  if ('work' in step) return { kind: 'work', time: step.work };
  if ('cpu' in step) return { kind: 'cpu', time: step.cpu };
  return 'call' in step
    ? toCall(step.call)
    : { kind: 'together', calls: step.together.map(({ call }) => toCall(call)) };
};

const toCall = (call: CallText): CallStep => ({
  kind: 'call',
  host: call.host,
  port: call.port,
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
