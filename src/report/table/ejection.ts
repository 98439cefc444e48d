import type { RunRecord } from '../../record/record.ts';
import { moment } from '../../words/number.ts';
import { left, right, type Table } from './table.ts';

/** Which proxy stopped choosing which endpoint, when and why, and when it began again. */
export function ejectionTable(record: RunRecord): Table {
  return {
    caption: 'Endpoints that proxies ejected, and took back: each proxy judges for itself',
    columns: [right('At'), left('What'), left('Pod'), left('By the proxy of'), left('Why')],
    rows: record.ejections.map((own) => [moment(own.atSeconds), own.kind, own.pod, own.proxy, own.reason]),
  };
}
