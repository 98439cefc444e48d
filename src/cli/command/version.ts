import { Command, Option } from 'commander';
import { version } from '../../experiment/version.ts';
import { modelled } from '../../mesh/modelled.ts';
import { toJson } from '../../record/to-json.ts';
import type { Io } from '../io.ts';
import { toYaml } from '../print.ts';

export function versionCommand(io: Io): Command {
  return new Command('version')
    .description('Print the versions of meshshift and of what it models')
    .addOption(
      new Option('-o, --output <format>', 'format').choices(['text', 'json', 'yaml']).default('text'),
    )
    .action(async (options: { readonly output: 'text' | 'json' | 'yaml' }) => {
      const facts = {
        meshshift: version,
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        models: modelled,
      };
      if (options.output === 'json') io.stdout(toJson(facts));
      else if (options.output === 'yaml') io.stdout(await toYaml(facts));
      else {
        io.stdout(`meshshift ${version} (Node ${process.version}, ${facts.platform})\n`);
        io.stdout(
          `models Istio ${modelled.istio}\n       Envoy ${modelled.envoy}\n       Kubernetes ${modelled.kubernetes}\n`,
        );
      }
    });
}
