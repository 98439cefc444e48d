import { sampleValue, type Series } from './series.ts';

/**
 * What Prometheus' API answers to `query` and `query_range`, `{"status": "success", "data": {"resultType": ..., "result": [...]}}`, its
 * `data` or its `result` alone, or several of them one after the other -> its series: of a vector one sample each, of a matrix all that
 * were told, of a scalar one without labels. Samples of native histograms and texts have no place here and are left out.
 *
 * @returns undefined for what is no such answer; an answer that failed has no series (`prometheusFailure` says why)
 */
export function prometheusSeries(text: string): Series[] | undefined {
  const answers = answersOf(text);
  return answers?.flatMap((answer) => seriesOf(answer));
}

/** Why an answer holds nothing: `bad_data: invalid parameter "query"`; undefined where none failed. */
export function prometheusFailure(text: string): string | undefined {
  for (const answer of answersOf(text) ?? []) {
    if (isObject(answer) && answer['status'] === 'error') {
      const told = [answer['errorType'], answer['error']].filter((own) => typeof own === 'string');
      return told.length > 0 ? told.join(': ') : 'no reason given';
    }
  }
  return undefined;
}

function answersOf(text: string): readonly unknown[] | undefined {
  const plain = text.replace(/^\uFEFF/, '').trim();
  if (!plain.startsWith('{') && !plain.startsWith('[')) return undefined;
  const whole = parsed(plain);
  // Several answers: a line each.
  const answers =
    whole !== undefined
      ? [whole]
      : plain
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map(parsed);
  return answers.every(isAnswer) ? answers : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAnswer(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isSeries);
  if (!isObject(value)) return false;
  if (value['status'] === 'error') return 'error' in value || 'errorType' in value;
  return resultOf(value) !== undefined;
}

const isSeries = (value: unknown): boolean =>
  isObject(value) &&
  isObject(value['metric']) &&
  ['value', 'values', 'histogram', 'histograms'].some((own) => own in value);

interface Result {
  readonly type: unknown;
  readonly result: readonly unknown[];
}

/** `{status, data: {resultType, result}}` or its `data`; undefined for another object. */
function resultOf(value: Readonly<Record<string, unknown>>): Result | undefined {
  const data = isObject(value['data']) ? value['data'] : value;
  const { resultType: type, result } = data;
  return typeof type === 'string' && Array.isArray(result)
    ? { type, result: result as unknown[] }
    : undefined;
}

function seriesOf(answer: unknown): Series[] {
  const { type, result }: Result = Array.isArray(answer)
    ? { type: undefined, result: answer as unknown[] }
    : ((isObject(answer) ? resultOf(answer) : undefined) ?? { type: undefined, result: [] });
  if (type === 'string') return [];
  if (type === 'scalar') return [withSamples({}, [result])];
  return result.filter(isObject).flatMap((own) => {
    const samples = Array.isArray(own['values'])
      ? (own['values'] as unknown[])
      : 'value' in own
        ? [own['value']]
        : undefined;
    return samples === undefined ? [] : [withSamples(labelsOf(own['metric']), samples)];
  });
}

function labelsOf(metric: unknown): Record<string, string> {
  const told = isObject(metric) ? Object.entries(metric) : [];
  return Object.fromEntries(told.map(([name, value]) => [name, String(value)]));
}

/** `[seconds, "value"]` each; what is no such pair is left out. */
function withSamples(labels: Readonly<Record<string, string>>, samples: readonly unknown[]): Series {
  const read = samples.flatMap((sample) => {
    const [time, told] = Array.isArray(sample) ? (sample as unknown[]) : [];
    const seconds =
      typeof time === 'number' ? time : typeof time === 'string' ? sampleValue(time) : undefined;
    const value = typeof told === 'number' ? told : typeof told === 'string' ? sampleValue(told) : undefined;
    return seconds === undefined || value === undefined ? [] : [{ seconds, value }];
  });
  return {
    labels,
    times: Float64Array.from(read, (own) => own.seconds),
    values: Float64Array.from(read, (own) => own.value),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
