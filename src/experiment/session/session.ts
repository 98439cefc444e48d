import * as z from 'zod';

/**
 * A session at the desk, whole: what it began with, and what somebody did since. Playing it again from its seed comes to the
 * same pages, so a link, a file and a live page are three ways to write the same thing.
 */
const act = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('refresh'),
    /** So many pages, one each `everyUs`, none waiting for the one before. */
    count: z.number().int().min(1).max(100_000),
    everyUs: z.number().int().min(0),
  }),
  /** kubectl apply or delete, of a text of manifests. */
  z.strictObject({ do: z.enum(['apply', 'delete']), text: z.string() }),
  /** Any other verb of a timeline, as a scenario file has it: `{ scale: { workload: reviews-v1, replicas: 10 } }`. */
  z.strictObject({ do: z.literal('other'), entry: z.record(z.string(), z.unknown()) }),
]);

const entry = z.intersection(z.object({ atUs: z.number().int().min(1) }), act);

/** A file in the folder itself: a link is anybody's, and must not write elsewhere. */
const fileName = z.string().regex(/^[^./\\][^/\\]{0,99}$/);

export const sessionSchema = z.strictObject({
  /** A set-up that a page brings, by its name, or the texts of a scenario's folder by theirs. */
  base: z.union([
    z.strictObject({ name: z.string() }),
    z.strictObject({ files: z.record(fileName, z.string()) }),
  ]),
  /** `path=value` pairs that override the scenario's text. */
  set: z.array(z.string()),
  seed: z.string().min(1),
  journal: z.array(entry),
});

export type Session = z.output<typeof sessionSchema>;
export type JournalEntry = Session['journal'][number];
/** What somebody does at a moment. */
export type Act = z.output<typeof act>;

/** Name of the traffic entry that is the browser at the desk. */
export const you = 'you';
