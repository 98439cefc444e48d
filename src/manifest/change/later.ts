import * as z from 'zod';
import { moment, seconds } from '../../words/number.ts';
import { parseDuration } from '../quantity.ts';
import type { ChangeKind } from './change.ts';
import { moveTo, stepsOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('later'),
  verb: z.string().describe('Of the entry of the timeline that waits.'),
  file: z.string().describe('What that entry is about, as the record says it.'),
  atSeconds: z.number(),
  toSeconds: z.number(),
  withRest: z.boolean().describe('What follows of the same verb waits as long.'),
});
type Later = z.infer<typeof schema>;

/** An entry of the timeline waits. */
export const later: ChangeKind<Later> = {
  schema,
  text: ({ verb, file, atSeconds, toSeconds, withRest }) =>
    `Wait ${seconds(toSeconds - atSeconds)} before \`${verb} ${file}\` (at ${moment(toSeconds)}, not at ${moment(atSeconds)})${withRest ? `; each ${verb} that follows waits as long` : ''}.`,
  apply({ verb, file, atSeconds, toSeconds, withRest }, written) {
    const steps = stepsOf(written);
    const [atUs, toUs] = [Math.round(atSeconds * 1e6), Math.round(toSeconds * 1e6)];
    const first = steps.findIndex((own) => own.atUs === atUs && own.verb === verb && own.subject === file);
    if (first < 0) return `the timeline has no \`${verb} ${file}\` at ${moment(atSeconds)}`;
    const duration = parseDuration(String(written.spec['duration']));
    if ('us' in duration && toUs >= duration.us) return `the run ends before ${moment(toSeconds)}`;
    const moved = withRest ? steps.slice(first).filter((own) => own.verb === verb) : [steps[first]!];
    for (const own of moved) moveTo(own, own.atUs + toUs - atUs);
    return undefined;
  },
};
