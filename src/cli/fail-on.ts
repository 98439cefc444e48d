import { InvalidArgumentError } from 'commander';
import type { RunRecord } from '../record/record.ts';
import { findingKinds } from '../verdict/finding/index.ts';

/** Findings that are about pods and their number. */
const capacity: readonly string[] = [
  'overloaded',
  'hot-pod',
  'no-ready-pod',
  'rollout-stalled',
  'rollout-unfinished',
  'drain-held',
  'autoscaler-at-limit',
  'autoscaler-cannot-decide',
  'autoscaler-out-of-reach',
  'way-back-closed',
];

const words = ['fault', 'harm', 'capacity'];

/** `fault,capacity,hot-pod` as a list of known words. */
export function failureWords(text: string): readonly string[] {
  const known = [...words, ...findingKinds.map(({ code }) => code)];
  return text.split(',').map((given) => {
    const word = given.trim();
    if (!known.includes(word)) {
      throw new InvalidArgumentError(`"${word}" is none of ${known.join(', ')}`);
    }
    return word;
  });
}

/** Whether a run has something at which it was to fail. */
export function failsOn({ diagnosis }: RunRecord, wanted: readonly string[]): boolean {
  const { answer = 'holds', findings = [] } = diagnosis ?? {};
  return wanted.some((word) => {
    if (word === 'fault') return answer === 'does not hold';
    if (word === 'harm') return answer !== 'holds';
    const codes = word === 'capacity' ? capacity : [word];
    return findings.some(
      ({ code, level }) => codes.includes(code) && (level === 'breaks' || level === 'harms'),
    );
  });
}
