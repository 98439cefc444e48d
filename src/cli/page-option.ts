import { InvalidArgumentError, Option } from 'commander';
import type { Condition, PageWanted } from '../experiment/trace/find-page.ts';
import { responseFlags, type ResponseFlag } from '../mesh/envoy/response-flag.ts';

/** Conditions on one request of a page, as words: `flag=NC`, `stale`. */
export const conditionWords =
  'flag=NC, status=503, service=reviews, key=v3, tries=2 (or more), stale (held an old rule)';

export const whereOption = (name: string, text: string): Option =>
  new Option(`${name} <what=value>`, text)
    .argParser((word, before: readonly Condition[]) => [...before, condition(word)])
    .default([], 'none');

export const wherePage = (conditions: readonly Condition[]): PageWanted => ({ kind: 'where', conditions });

function condition(text: string): Condition {
  const at = text.indexOf('=');
  const what = at < 0 ? text : text.slice(0, at);
  const value = at < 0 ? '' : text.slice(at + 1);
  switch (what) {
    case 'flag': {
      const flag = responseFlags.find((own) => own === value);
      if (flag === undefined) {
        throw new InvalidArgumentError(
          `"${value}" is no response flag; there are ${responseFlags.join(', ')}`,
        );
      }
      return { what, flag: flag satisfies ResponseFlag };
    }
    case 'status':
      return { what, status: Number(value) };
    case 'service':
      return { what, service: value };
    case 'key':
      return { what, key: value };
    case 'tries':
      return { what, atLeast: wholeNumber(value) };
    case 'stale':
      return { what };
    default:
      throw new InvalidArgumentError(`"${what}" is none of flag, status, service, key, tries, stale`);
  }
}

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError(`"${text}" is not a whole number from 1 on`);
  return Number(text);
}
