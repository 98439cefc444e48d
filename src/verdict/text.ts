import { probabilityText, type Judgement } from './judge.ts';

/** A judgement for a terminal: the sentence, then the evidence. */
export function renderJudgement(
  judgement: Judgement,
  options: { readonly colour: boolean; readonly width: number },
): string {
  const paint = options.colour ? { chance: 32, 'too few to tell': 33, fault: 31 }[judgement.kind] : undefined;
  const sign = { chance: '✓', 'too few to tell': '○', fault: '✗' }[judgement.kind];
  const head = `${sign} ${judgement.sentence}`;
  const lines = [
    wrapped(
      paint === undefined ? head : `\u001b[${paint}m${sign}\u001b[0m ${judgement.sentence}`,
      options.width,
    ),
  ];
  if (judgement.requests > 0) lines.push('', ...table(judgement));
  if (judgement.requests > 0 && judgement.impossible.length === 0) {
    lines.push(
      '',
      `p = ${probabilityText(judgement.p)} (${judgement.test}), effect w = ${Number(judgement.effect.toPrecision(2))}`,
    );
  }
  if (judgement.equivalence !== null) {
    const { within, verdict } = judgement.equivalence;
    lines.push(`Right within ${percent(within)}: ${verdict}`);
  }
  for (const own of judgement.needed) {
    lines.push(
      `Within ${percent(own.within)} for good from ${own.stableN} requests on (first at ${own.firstN}; normal approximation ${own.normalN})`,
    );
  }
  if (judgement.mechanisms.length > 0) {
    lines.push('', 'What it looks like, likeliest first (ln of the likelihood against luck)');
    for (const own of judgement.mechanisms.slice(0, 5)) {
      lines.push(
        `  ${own.logRatio.toFixed(1).padStart(8)}  ${own.name}${own.tied && judgement.mechanisms.filter((other) => other.tied).length > 1 ? ' (tied)' : ''}: ${own.because}`,
      );
    }
  }
  if (judgement.settle.length > 0) {
    lines.push('', 'What would settle more');
    for (const own of judgement.settle) lines.push(`  - ${own}`);
  }
  return `${lines.join('\n')}\n`;
}

function table(judgement: Judgement): string[] {
  const rows = [
    ['version', 'seen', 'expected', 'observed', `${percent(judgement.conf)} interval`],
    ...judgement.versions.map((own) => [
      own.key,
      String(own.count),
      percent(own.expected),
      percent(own.observed),
      `${percent(own.wilson[0])} to ${percent(own.wilson[1])}`,
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]! + 2),
      )
      .join(''),
  );
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;

function wrapped(text: string, width: number): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]!;
    if (last !== '' && last.length + 1 + word.length > width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}
