import * as z from 'zod';
import { number, text, whole, type Immutable } from './field.ts';

/** How what one kind of caller asked of a Service fell on its pods, over the whole run. */
export const reached = z.strictObject({
  caller: text.describe('Workload; "visitors": nobody inside the mesh; "unknown": it has no sidecar.'),
  locality: text.describe('Of the caller, "region/zone/sub-zone"; "": not known.'),
  service: text,
  pods: z
    .array(
      z.strictObject({
        pod: text,
        workload: text,
        version: text.describe('Its version label; its workload, where it has none.'),
        locality: text,
        /** Of the run; who never was ready is not here. */
        readyFromSeconds: number,
        readyToSeconds: number.describe('When it was to go, or the end of the run.'),
        requests: whole.describe('That it answered: retries and mirrored copies among them.'),
      }),
    )
    .describe('Every pod of the Service that was ever ready.'),
});

export type ReachedRecord = Immutable<z.infer<typeof reached>>;
export type ReachedPod = ReachedRecord['pods'][number];

/** Mirrored copies that callers' proxies sent, by whom they were for. */
export const copies = z.strictObject({ service: text, version: text, copies: whole });
