import * as z from 'zod';
import { number, text, whole, type Immutable } from './field.ts';

const served = {
  served: 'a rule here takes the request there',
  nothing: 'no server, no rule, or no port of a Service here does',
  loops: 'what answers there leads back, without end',
} as const;

/** Requests that rules answered by sending the client elsewhere; nobody in the run goes there. */
export const redirected = z.strictObject({
  caller: text.describe('Workload whose proxy answered.'),
  host: text.describe('As the client wrote it.'),
  status: whole,
  to: text.describe('Scheme, host and port of the Location: "https://shop.example.com".'),
  port: whole.describe('Of `to`, written or not.'),
  there: z.enum(Object.keys(served) as [keyof typeof served, ...(keyof typeof served)[]]),
  rule: text,
  requests: whole,
  pages: whole.describe('Pages of which it was the answer.'),
  firstSeconds: number,
  lastSeconds: number,
});

export type Redirected = Immutable<z.infer<typeof redirected>>;
