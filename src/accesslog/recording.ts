import type { RecordedRequest } from './recorded-request.ts';

/** What a recording came to: its requests in the order of the file, and a sentence for each entry that is none. */
export interface Recording {
  readonly requests: readonly RecordedRequest[];
  readonly problems: readonly string[];
}
