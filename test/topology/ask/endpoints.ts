import { expect } from 'vitest';
import { assigned } from '../assigned.ts';
import type { Ask } from './ask.ts';

interface ExpectedEndpoints {
  readonly groups: readonly { readonly priority: number; readonly endpoints: readonly string[] }[];
}

/** Endpoints of a cluster by priority as sent, those that are not ready included. */
export const endpoints: Ask = (asked, { cluster }, expected) => {
  const { groups } = expected as unknown as ExpectedEndpoints;
  const { sent } = assigned(asked, String(cluster));
  const told = sent.flatMap((own, priority) =>
    own.length === 0 ? [] : [{ priority, endpoints: [...own].sort() }],
  );
  expect(told).toEqual(groups.map((own) => ({ ...own, endpoints: [...own.endpoints].sort() })));
};
