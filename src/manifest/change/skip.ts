import * as z from 'zod';
import { moment } from '../../words/number.ts';
import type { ChangeKind } from './change.ts';
import { listOf, stepsOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('skip'),
  verb: z.string().describe('Of the entry of the timeline that is left out.'),
  file: z.string().describe('What that entry is about, as the record says it.'),
  atSeconds: z.number(),
});
type Skip = z.infer<typeof schema>;

/** An entry of the timeline is left out. */
export const skip: ChangeKind<Skip> = {
  schema,
  text: ({ verb, file, atSeconds }) => `Leave \`${verb} ${file}\` (at ${moment(atSeconds)}) out.`,
  apply({ verb, file, atSeconds }, written) {
    const atUs = Math.round(atSeconds * 1e6);
    const found = stepsOf(written).find(
      (own) => own.atUs === atUs && own.verb === verb && own.subject === file,
    );
    if (found === undefined) return `the timeline has no \`${verb} ${file}\` at ${moment(atSeconds)}`;
    written.spec['timeline'] = listOf(written.spec['timeline']).filter((own) => own !== found.entry);
    return undefined;
  },
};
