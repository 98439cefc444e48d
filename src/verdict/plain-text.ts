import type { MeshFacts } from '../record/mesh-facts.ts';
import type { RunRecord } from '../record/record.ts';
import { listed } from '../words/listed.ts';
import { moment } from '../words/number.ts';

/** What becomes of requests that come to some workloads as plain text; the model itself lets all of them in. */
export interface PlainText {
  /** In a cluster none is answered. */
  readonly isRefused: boolean;
  /** In a sentence after another; "": all are let in. */
  readonly text: string;
}

/**
 * The same of a run, in which policies may come and go: of the first time in which some requests are refused.
 * @param workloads those that may be asked
 */
export function plainTextAlong(
  workloads: readonly string[],
  { mesh, scenario }: Pick<RunRecord, 'mesh' | 'scenario'>,
): PlainText {
  const told = mesh.map((step) => plainTextTo(workloads, step));
  const first = told.findIndex(({ text }) => text !== '');
  if (first < 0) return { isRefused: false, text: '' };
  const last = told.findIndex(({ text }, index) => index > first && text !== told[first]!.text);
  const fromSeconds = mesh[first]!.fromSeconds;
  const untilSeconds = mesh[last]?.fromSeconds;
  if (first === 0 && untilSeconds === undefined) return told[first]!;
  const until = untilSeconds ?? scenario.durationSeconds;
  return plainTextTo(
    workloads,
    mesh[first],
    untilSeconds === undefined
      ? ` from ${moment(fromSeconds)} on`
      : ` from ${moment(Math.max(0, fromSeconds))} to ${moment(until)}`,
  );
}

/** @param workloads those that may be asked @param when " from 60 s on" */
export function plainTextTo(
  workloads: readonly string[],
  facts: Pick<MeshFacts, 'workloads'> | undefined,
  when = '',
): PlainText {
  const strict = (facts?.workloads ?? []).flatMap(({ name, refusesPlain }) =>
    refusesPlain !== undefined && workloads.includes(name) ? [{ name, ...refusesPlain }] : [],
  );
  if (strict.length === 0) return { isRefused: false, text: '' };
  const by = listed([...new Set(strict.map((own) => own.by))]);
  const isRefused =
    workloads.every((each) => strict.some(({ name }) => name === each)) &&
    strict.every(({ ports }) => ports === 'all');
  const places = listed(strict.map(({ name, ports }) => (ports === 'all' ? name : `some ports of ${name}`)));
  return {
    isRefused,
    text: isRefused
      ? ` In a cluster every one of these requests fails${when}: they are plain text, which the sidecars of ${places} refuse by ${by} (STRICT). The model has no PeerAuthentication, and lets them in.`
      : ` In a cluster those to ${places} fail${when}: they are plain text, which the sidecars there refuse by ${by} (STRICT). The model has no PeerAuthentication, and lets them in.`,
  };
}
