import type { EnvoyFormat } from '../../accesslog/envoy-format.ts';
import type { Columns } from '../../accesslog/table-row.ts';
import type { ChoiceRules } from './choice.ts';
import type { Counters } from './counters.ts';

export type Format = 'log' | 'har' | 'csv' | 'ndjson';

export const formats = ['auto', 'log', 'har', 'csv', 'ndjson'] as const;

export interface IntakeOptions {
  readonly format: Format | 'auto';
  readonly columns: Columns;
  readonly rules: ChoiceRules;
  /** Takes what is told as numbers of requests by version; they are told when all sources are read. */
  readonly counters: Counters;
  /** The lines' own format, where the user says it. */
  readonly envoyFormat?: EnvoyFormat | undefined;
  /** Whether the source grows: then nothing is looked at before its lines. */
  readonly isFollowed?: boolean;
}

/** A format of lines; some are told by their content alone. */
export type LineFormat = Exclude<Format, 'har'> | 'cri' | 'own' | 'tally';

/** By the name of the file; packed or not. */
export function formatOf(name: string): Format {
  const plain = name.toLowerCase().replace(/\.gz$/, '');
  if (plain.endsWith('.har')) return 'har';
  if (plain.endsWith('.csv') || plain.endsWith('.tsv')) return 'csv';
  return plain.endsWith('.ndjson') || plain.endsWith('.jsonl') ? 'ndjson' : 'log';
}
