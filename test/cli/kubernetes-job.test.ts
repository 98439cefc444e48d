import { PersistentVolumeClaim } from 'kubernetes-models/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { parseAllDocuments } from 'yaml';
import { describe, expect, test } from 'vitest';
import { kubernetes } from '../../src/cli/sweep/engine/kubernetes.ts';

const [claim, all, merge] = parseAllDocuments(
  kubernetes.print({
    name: 'sweep-my-shift',
    words: ['sweep', 'my-shift', '--replications', '64'],
    shards: 32,
    out: '/out',
    cores: 2,
    image: 'registry.example/meshshift:1',
  }),
).map((own) => own.toJS() as unknown) as [PersistentVolumeClaim, Job, Job];

describe('the printed job for Kubernetes', () => {
  test('is what the schema of Kubernetes takes', () => {
    new PersistentVolumeClaim(claim).validate();
    new Job(all).validate();
    new Job(merge).validate();
  });

  test.each([
    ['completions', '32', 'completions'],
    ['podFailurePolicy', { rules: [{}] }, 'action'],
    ['template', { spec: { containers: [{}] } }, 'name'],
  ])('would not be, with another %s', (field, value, told) => {
    const wrong = { ...all, spec: { ...all.spec, [field]: value } } as unknown as Job;
    expect(() => new Job(wrong).validate()).toThrow(told);
  });
});
