import { commandLine } from '../../report/command-line.ts';
import type { CheckOptions } from './question.ts';

/** The command as the user typed it. */
export function repeatCommand(files: readonly string[], options: CheckOptions): string {
  const words = ['meshshift', 'check', ...files];
  const add = (flag: string, value: string | undefined): void => {
    if (value !== undefined) words.push(flag, value);
  };
  for (const own of options.log) add('--log', own);
  add('--seen', options.seen);
  add('--sequence', options.sequence);
  add('--host', options.host);
  add('--weights', options.weights);
  for (const own of options.filename) add('-f', own);
  add('--route', options.route);
  for (const own of options.change) add('--change', own);
  add('--changes', options.changes);
  add('--subset-pattern', options.subsetPattern);
  for (const own of options.shows) add('--shows', own);
  add('--format', options.format === 'auto' ? undefined : options.format);
  add('--columns', options.columns);
  add('--envoy-format', options.envoyFormat);
  add('--values', options.values);
  add('--pods', options.pods);
  add('--conf', options.conf === '95%' ? undefined : options.conf);
  add('--interval', options.interval === 'wilson' ? undefined : options.interval);
  add('--within', options.within);
  add('--looks', options.looks === '1' ? undefined : options.looks);
  add('--power', options.power);
  add('--fail-on', options.failOn);
  if (options.follow === true) words.push('--follow');
  add('--window', options.window);
  if (options.untilEnough === true) words.push('--until-enough');
  add('--html', options.html);
  return commandLine(words);
}
