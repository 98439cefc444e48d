import type { Checked } from '../manifest/problem.ts';
import type { App, Step } from '../mesh/app/app.ts';
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

const toStep = (step: StepText): Step =>
  'work' in step
    ? { kind: 'work', time: step.work }
    : 'cpu' in step
      ? { kind: 'cpu', time: step.cpu }
      : {
          kind: 'call',
          host: step.call.host,
          port: step.call.port,
          method: step.call.protocol === 'tcp' ? tcpMethod : step.call.method,
          path: step.call.protocol === 'tcp' ? '' : step.call.path,
          timeoutUs: step.call.timeout,
          tries: step.call.tries,
          onFailure: step.call.onFailure,
          failureStatus: step.call.failureStatus,
          forwards: step.call.forwards,
          ...keepAliveOf(step.call),
        };
