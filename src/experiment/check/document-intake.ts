import { adminSeries } from '../../accesslog/envoy-admin.ts';
import { expositionSeries } from '../../accesslog/exposition.ts';
import { parseHar } from '../../accesslog/har.ts';
import { jsonValues } from '../../accesslog/json-values.ts';
import { isObject } from '../../accesslog/log-entry.ts';
import { prometheusFailure, prometheusSeries } from '../../accesslog/prometheus-json.ts';
import { pageChoice } from './choice.ts';
import { isOfSite, tellAnswer, tellErrors } from './client-answer.ts';
import type { OnChoice } from './evidence.ts';
import type { IntakeOptions } from './format.ts';
import type { Reading } from './reading.ts';
import { RecordIntake } from './record-intake.ts';

/** A source that is read as a whole. @returns false where it is none of them */
export function takeDocument(
  name: string,
  text: string,
  options: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
): boolean {
  // A body within JSON is a page, and the text is none.
  if (/^\uFEFF?\s*[[{]/.test(text) && takeJson(name, text, options, reading, onChoice)) return true;
  const page = expositionSeries(text) ?? adminSeries(text);
  if (page !== undefined) {
    options.counters.add(name, 'page', page);
    return true;
  }
  const pageStart = /<!doctype html/i.test(text) ? /(?=<!doctype html)/i : /(?=<html)/i;
  const pages = text.split(pageStart).filter((own) => /^<(?:!doctype html|html)/i.test(own));
  if (pages.length > 0) {
    takePages(name, pages, options, reading, onChoice);
    return true;
  }
  return takeJson(name, text, options, reading, onChoice);
}

/** One value or several, with what curl and proxies say beside them. */
function takeJson(
  name: string,
  text: string,
  options: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
): boolean {
  const { values, between } = jsonValues(text);
  if (values.length === 0) return false;
  const records = new RecordIntake(name, options, reading, onChoice);
  for (const value of values) takeValue(name, value, text, records, options, reading, onChoice);
  // What curl and proxies say of an answer stands beside it: a status line, headers, a code.
  const others = between.filter((own) => !tellErrors(own, name, options.rules, reading, onChoice));
  const strange = others.filter((own) => !/^(?:HTTP\/[\d.]+ \d+|[\w-]+: |\d{3}$)/.test(own));
  strange.forEach((own) => reading.skip(name, { excerpt: own.slice(0, 30) }, 'no JSON'));
  return true;
}

const noRequest = { startUs: Number.NaN, line: 0 } as const;
const noPage = { leftOut: 'that are no product page' } as const;

function takeValue(
  name: string,
  value: unknown,
  text: string,
  records: RecordIntake,
  options: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
): void {
  if (isObject(value) && isObject(value['log']) && Array.isArray(value['log']['entries'])) {
    takeHar(name, text, options, reading, onChoice);
    return;
  }
  const answer = isMetrics(value) ? JSON.stringify(value) : undefined;
  const series = answer === undefined ? undefined : prometheusSeries(answer);
  if (series === undefined || answer === undefined) {
    records.take(value);
    return;
  }
  const failure = prometheusFailure(answer);
  if (failure !== undefined) reading.notes.unshift(`${name}: Prometheus answered with an error: ${failure}.`);
  else if (series.length === 0) reading.notes.unshift(`${name}: Prometheus found no series for that query.`);
  options.counters.add(name, 'answer', series);
}

/** Whether it may be an answer of Prometheus; one of Loki has streams. */
function isMetrics(value: unknown): boolean {
  if (Array.isArray(value)) return isObject(value[0]) && isObject(value[0]['metric']);
  if (!isObject(value)) return false;
  const data = isObject(value['data']) ? value['data'] : value;
  return (
    value['status'] === 'error' ||
    (typeof data['resultType'] === 'string' && data['resultType'] !== 'streams')
  );
}

/** Pages that were saved, one or several one after the other. */
function takePages(
  name: string,
  pages: readonly string[],
  { rules }: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
): void {
  for (const body of pages) {
    tellAnswer(name, noRequest, pageChoice(body, rules), rules, reading, onChoice);
    const end = body.lastIndexOf('</html>');
    if (end >= 0) tellErrors(body.slice(end), name, rules, reading, onChoice);
  }
}

export function takeHar(
  name: string,
  text: string,
  { rules }: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
): void {
  const { requests, problems } = parseHar(text);
  for (const { entry, why } of problems) {
    if (entry === null) reading.notes.unshift(`${name}: ${why}.`);
    else reading.skip(name, { noun: 'entry', number: entry }, why);
  }
  const withBody = requests.filter((request) => request.body !== undefined);
  if (requests.length > 0 && withBody.length === 0) {
    reading.notes.unshift(
      `${name} holds no page contents: save it with its content ("Save all as HAR with content").`,
    );
  }
  const read = requests.map((request) => ({
    request,
    choice: request.body === undefined ? noPage : pageChoice(request.body, rules),
  }));
  // A browser asks others, too, and blocks some of them.
  const sites = new Set(
    read.filter(({ choice }) => isOfSite(choice)).map(({ request }) => request.authority),
  );
  for (const { request, choice } of read)
    tellAnswer(name, request, choice, rules, reading, onChoice, { isOwn: sites.has(request.authority) });
}
