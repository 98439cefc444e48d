import type { ShiftPlan } from '../../record/shift-plan.ts';
import { escaped } from '../escaped.ts';
import { answerBox, code, folding, heading, htmlPage, list, plot, section } from '../page.ts';
import { tableHtml } from '../table/html.ts';
import type { Table } from '../table/table.ts';
import { actionTable, answerOf, lawLines, objectiveTable, sensitivityTable, triedTable } from './text.ts';

/** The answer of `plan shift` as one offline page without script: the plan, its margins, what breaks it, what to apply. */
export function renderPlanHtml(plan: ShiftPlan, svg: string): string {
  const best = plan.best === null ? undefined : plan.candidates[plan.best]!;
  const { sentence, reasons } = answerOf(plan);
  const table = (each: Table): string => tableHtml(each, new Map());
  const manifests = plan.actions.filter((own) => own.text !== null);
  const seen = new Set<string>();
  const texts = manifests.flatMap(({ file, text }) => {
    if (seen.has(file!)) return [];
    seen.add(file!);
    return [folding(file!, code(text!))];
  });
  const title = `${plan.shift.service} from ${plan.shift.from} to ${plan.shift.to}`;
  return htmlPage({
    title: `Plan: ${title}`,
    version: plan.version,
    header: heading(plan.scenario.name, `Plan: ${title}`),
    main: `${answerBox({
      id: 'verdict',
      tone: best === undefined ? 'bad' : 'good',
      sign: best === undefined ? '✗' : '✓',
      word: best === undefined ? 'No plan' : 'Plan',
      sentence,
      body:
        list(reasons) +
        (plan.interrupted ? '<p><strong>Stopped before everything was tried.</strong></p>' : ''),
    })}
${best === undefined ? '' : section('Objectives', table(objectiveTable(plan, best)))}
${plan.sensitivity.length === 0 ? '' : section('How far the inputs may be off', table(sensitivityTable(plan)))}
${plan.actions.length === 0 ? '' : section('To apply', table(actionTable(plan)) + texts.join(''))}
${section('Plans that were tried', `<figure>${plot('Which plan is the cheapest that holds?', svg)}</figure>${table(triedTable(plan, plan.candidates))}`)}
${section(
  'Checks',
  lawLines(plan)
    .map((own) => `<p>${escaped(own)}</p>`)
    .join('') +
    `<p>${plan.runs} runs; those of one number share their arrivals and draws, whatever the plan (common random numbers).</p>`,
)}`,
  });
}
