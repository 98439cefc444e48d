import { Argument, Command } from 'commander';
import type { Io } from '../io.ts';
import { toJson } from '../print.ts';

export function schemaCommand(io: Io): Command {
  return new Command('schema')
    .description('Print a JSON Schema (draft 7), for editors and other programs')
    .addArgument(
      new Argument('[kind]', 'of which file').choices(['scenario', 'app', 'summary']).default('scenario'),
    )
    .addHelpText('after', '\nExample:\n  meshshift schema > scenario.schema.json')
    .action(async (kind: 'scenario' | 'app' | 'summary') => {
      const { z } = await import('zod');
      const { recordSchemaJson } = await import('../../record/schema.ts');
      const { appSchema, scenarioSchema } = await import('../../scenario/schema.ts');
      const schemas = { scenario: scenarioSchema, app: appSchema };
      io.stdout(
        toJson(
          kind === 'summary'
            ? recordSchemaJson
            : z.toJSONSchema(schemas[kind], { target: 'draft-7', io: 'input', unrepresentable: 'any' }),
        ),
      );
    });
}
