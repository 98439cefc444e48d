import * as z from 'zod';
import { duration } from '../manifest/field.ts';
import type { KeepAlive } from '../mesh/app/connections.ts';

/** What visitors and calls of an application may say of their connections. */
export const connectionFields = {
  connections: z
    .enum(['new', 'keep'])
    .default('new')
    .describe('A new connection per request, or one kept per client.'),
  maxConnectionAge: duration
    .optional()
    .describe('A kept connection older than this is opened anew at its next use.'),
};

/** `connections: keep` with or without an age at which they end. */
export const keepAliveOf = ({
  connections,
  maxConnectionAge,
}: {
  readonly connections: 'new' | 'keep';
  readonly maxConnectionAge?: number | undefined;
}): { readonly keepAlive?: KeepAlive } =>
  connections === 'new' ? {} : { keepAlive: { maxAgeUs: maxConnectionAge ?? Infinity } };
