import { Command, Option } from 'commander';
import { toJson } from '../../record/to-json.ts';
import type { Io } from '../io.ts';
import { toYaml } from '../print.ts';
import { versionFacts, versionText } from '../version-text.ts';

export function versionCommand(io: Io): Command {
  return new Command('version')
    .description('Print the versions of meshshift and of what it models')
    .addOption(
      new Option('-o, --output <format>', 'format').choices(['text', 'json', 'yaml']).default('text'),
    )
    .action(async (options: { readonly output: 'text' | 'json' | 'yaml' }) => {
      if (options.output === 'json') io.stdout(toJson(versionFacts()));
      else if (options.output === 'yaml') io.stdout(await toYaml(versionFacts()));
      else io.stdout(versionText());
    });
}
