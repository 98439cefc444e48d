import type { Job } from 'kubernetes-types/batch/v1';
import type { Container, PersistentVolumeClaim, PodSpec } from 'kubernetes-types/core/v1';
import { stringify } from 'yaml';
import { comment, type Engine, type SweepJob } from './engine.ts';

/**
 * An Indexed Job, the claim that its pods share, and a second Job that puts the shards together when somebody lets it. What is
 * wrong once is wrong again (exit codes 1 to 3), and is not tried again; what was killed is, and an evicted pod does not count.
 */
export const kubernetes: Engine = {
  // An Indexed Job with a limit of failures per index takes up to 100,000.
  shards: { least: 1, most: 100_000 },
  inContainers: true,
  print: (job) => {
    const { name, image, shards } = job;
    return [
      comment([
        `${shards} shards of a sweep as an Indexed Job, for Kubernetes 1.29 or newer. ${image} has meshshift on its PATH, and`,
        'the scenario in its working folder. The claim needs a class of volumes that many nodes may write to.',
        '  kubectl apply -f FILE',
        `  kubectl wait --for=condition=complete --timeout=24h job/${name}`,
        `  kubectl patch job ${name}-merge --type=merge -p '{"spec":{"suspend":false}}'`,
        `  kubectl logs --follow job/${name}-merge`,
        `To play what is missing: kubectl delete job ${name} ${name}-merge, and apply it again. Shards that are done end at once.`,
      ]),
      [claim(job), shardsJob(job), mergeJob(job)]
        .map((own) => stringify(own, { lineWidth: 0, aliasDuplicateObjects: false }))
        .join('---\n'),
    ].join('');
  },
};

const claim = ({ name }: SweepJob): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
});

const shardsJob = (job: SweepJob): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: job.name },
  spec: {
    completionMode: 'Indexed',
    completions: job.shards,
    parallelism: Math.min(job.shards, 8),
    backoffLimitPerIndex: 2,
    maxFailedIndexes: Math.ceil(job.shards / 8),
    podReplacementPolicy: 'Failed',
    podFailurePolicy: {
      rules: [
        {
          action: 'FailIndex',
          onExitCodes: { containerName: 'meshshift', operator: 'In', values: [1, 2, 3] },
        },
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      ],
    },
    template: {
      metadata: { labels: withoutSidecar },
      spec: pod(job, job.cores, [
        ...job.words.map(literal),
        ...['--shard', `$(JOB_COMPLETION_INDEX)/${job.shards}`],
        ...['--out', literal(job.out), '--jobs', String(job.cores)],
      ]),
    },
  },
});

const mergeJob = (job: SweepJob): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: `${job.name}-merge` },
  spec: {
    suspend: true,
    backoffLimit: 0,
    template: {
      metadata: { labels: withoutSidecar },
      spec: pod(job, 1, ['merge', literal(job.out)]),
    },
  },
});

/** A sidecar would keep the pod from ending. */
const withoutSidecar = { 'sidecar.istio.io/inject': 'false' };

/** A pod that keeps to the restricted Pod Security Standard. */
const pod = ({ name, image, out }: SweepJob, cores: number, args: string[]): PodSpec => ({
  restartPolicy: 'Never',
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    fsGroup: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  containers: [container(image, out, cores, args)],
  volumes: [{ name: 'out', persistentVolumeClaim: { claimName: name } }],
});

const container = (image: string, out: string, cores: number, args: string[]): Container => ({
  name: 'meshshift',
  image,
  command: ['meshshift'],
  args,
  resources: {
    requests: { cpu: String(cores), memory: `${cores * 512}Mi` },
    limits: { memory: `${cores}Gi` },
  },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  volumeMounts: [{ name: 'out', mountPath: out }],
});

/** Kubernetes puts variables in the place of $(NAME), and takes $$ for one $ before a parenthesis. */
const literal = (word: string): string => word.replaceAll('$(', '$$$$(');
