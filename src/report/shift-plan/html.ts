import type { ShiftPlan } from '../../record/shift-plan.ts';
import { escaped } from '../escaped.ts';
import { pageStyle } from '../page-style.ts';
import { darkTwin } from '../palette.ts';
import { tableHtml } from '../table/html.ts';
import type { Table } from '../table/table.ts';
import {
  actionTable,
  lawLines,
  objectiveTable,
  sensitivityTable,
  triedTable,
  verdictSentence,
} from './text.ts';

/** The answer of `plan shift` as one offline page without script: the plan, its margins, what breaks it, what to apply. */
export function renderPlanHtml(plan: ShiftPlan, svg: string): string {
  const best = plan.best === null ? undefined : plan.candidates[plan.best]!;
  const table = (each: Table): string => tableHtml(each, new Map());
  const manifests = plan.actions.filter((own) => own.text !== null);
  const seen = new Set<string>();
  const texts = manifests.flatMap(({ file, text }) => {
    if (seen.has(file!)) return [];
    seen.add(file!);
    return [
      `<details><summary>${escaped(file!)}</summary><pre tabindex="0"><code>${escaped(text!)}</code></pre></details>`,
    ];
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${escaped(`meshshift ${plan.version}`)}">
<title>${escaped(`Plan for ${plan.shift.service}: ${plan.shift.from} to ${plan.shift.to}`)}</title>
<style>
${pageStyle(darkTwin)}
</style>
</head>
<body>
<header>
<p class="scenario">${escaped(plan.scenario.name)}</p>
<h1>${escaped(`Plan: ${plan.shift.service} from ${plan.shift.from} to ${plan.shift.to}`)}</h1>
</header>
<main>
<section class="verdict ${best === undefined ? 'fault' : 'chance'}" aria-labelledby="verdict">
<h2 id="verdict"><span aria-hidden="true">${best === undefined ? '✗' : '✓'}</span> ${best === undefined ? 'No plan' : 'Plan'}</h2>
<p class="sentence">${escaped(verdictSentence(plan))}</p>
${plan.interrupted ? '<p><strong>Stopped before everything was tried.</strong></p>' : ''}
</section>
${best === undefined ? '' : section('Objectives', table(objectiveTable(plan, best)))}
${plan.sensitivity.length === 0 ? '' : section('How far the inputs may be off', table(sensitivityTable(plan)))}
${plan.actions.length === 0 ? '' : section('To apply', table(actionTable(plan)) + texts.join(''))}
${section('Plans that were tried', `<figure><div class="plot" role="region" tabindex="0" aria-label="Which plan is the cheapest that holds?">${svg}</div></figure>${table(triedTable(plan, plan.candidates))}`)}
${section(
  'Checks',
  lawLines(plan)
    .map((own) => `<p>${escaped(own)}</p>`)
    .join('') +
    `<p>${plan.runs} runs; those of one number share their arrivals and draws, whatever the plan (common random numbers).</p>`,
)}
</main>
</body>
</html>
`;
}

const section = (title: string, body: string): string =>
  body === '' ? '' : `<section><h2>${escaped(title)}</h2>${body}</section>`;
