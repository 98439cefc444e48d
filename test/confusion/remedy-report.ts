import type { Mended } from './play-remedies.ts';

/** What was played for one cause, a shape after the other. */
export interface RemedyRow {
  readonly cause: string;
  readonly mended: readonly Mended[];
}

export interface RemedyTable {
  readonly seeds: number;
  readonly rows: readonly RemedyRow[];
}

/** So much of the harm is to be gone. */
const enough = 0.9;

/** The part that the best of the remedies removed; undefined: none could be played. */
export const removedBy = ({ played }: Mended): number | undefined =>
  played.length === 0 ? undefined : Math.max(...played.map(({ removed }) => removed));

/** The page of the table. */
export function remedyPageOf({ seeds, rows }: RemedyTable): string {
  const all = rows.flatMap(({ mended }) => mended);
  const able = all.filter(({ played }) => played.length > 0);
  const helped = able.filter((own) => removedBy(own)! >= enough);
  const firstHelped = able.filter(({ played }) => played[0]!.removed >= enough);
  return `# Does the remedy mend it?

${rows.length} causes in the shapes of mesh of [confusion.md](confusion.md), with ${seeds === 1 ? 'one seed' : `${seeds} seeds`} each: ${all.length} meshes. The first remedies of the headline, two
at most, are played as \`meshshift remedy\` plays them: the same arrivals, the same chance, one change at a time. \`npm run confusion
-- --remedies ${seeds}\` plays it again.

- In ${helped.length} of ${able.length} meshes with a remedy that can be played, one of the two removes at least 90 % of the harm; in ${firstHelped.length} the first does.
- In ${all.length - able.length} meshes nothing can be played, and the finding says why.

Harm is that of the finding, in pages, requests or seconds. A page that fails or comes late under another finding's name counts as one
that is not mended.

| cause | shape | headline | harm before | after | removed | by |
| --- | --- | --- | ---: | ---: | ---: | --- |
${rows.flatMap(({ cause, mended }) => mended.map((own) => line(cause, own))).join('\n')}
`;
}

function line(cause: string, own: Mended): string {
  const removed = removedBy(own);
  const cells =
    removed === undefined
      ? ['', '', 'by hand', own.byHand.join(' ')]
      : [
          `${number(own.before)} ${own.before === 1 ? unitOf(own).slice(0, -1) : unitOf(own)}`,
          number(own.after),
          `${(100 * removed).toFixed(0)} %`,
          own.played
            .map((each) =>
              `${each.remedy} ${each.removed === removed ? '' : `(${part(each.removed)})`}`.trim(),
            )
            .join(' Or: ') + (removed >= enough ? '' : ` ${own.byHand.join(' ')}`),
        ];
  return `| ${[cause, own.shape, own.code, ...cells].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const unitOf = ({ played }: Mended): string =>
  played.reduce((best, own) => (own.removed > best.removed ? own : best)).unit;

const part = (removed: number): string => `${(100 * removed).toFixed(0)} %`;

const number = (own: number): string => Math.round(own).toLocaleString('en');
