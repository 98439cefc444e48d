import { Argument, Command } from 'commander';
import { toJson } from '../../record/to-json.ts';
import type { Io } from '../io.ts';

/** Files of the user's, and files that meshshift writes. */
const kinds = ['scenario', 'app', 'summary', 'plan'] as const;

export function schemaCommand(io: Io): Command {
  return new Command('schema')
    .description('Print a JSON Schema (draft 7), for editors and other programs')
    .addArgument(new Argument('[kind]', 'of which file').choices(kinds).default('scenario'))
    .addHelpText('after', '\nExamples:\n  meshshift schema > scenario.schema.json\n  meshshift schema plan')
    .action(async (kind: (typeof kinds)[number]) => {
      const { z } = await import('zod');
      const { recordSchemaJson } = await import('../../record/schema.ts');
      const { shiftPlanSchemaJson } = await import('../../record/shift-plan-schema.ts');
      const { appSchema, scenarioSchema } = await import('../../scenario/schema.ts');
      const ofInput = (schema: typeof appSchema | typeof scenarioSchema): object =>
        z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
      const schemas: Readonly<Record<typeof kind, () => object>> = {
        scenario: () => ofInput(scenarioSchema),
        app: () => ofInput(appSchema),
        summary: () => recordSchemaJson,
        plan: () => shiftPlanSchemaJson,
      };
      io.stdout(toJson(schemas[kind]()));
    });
}
