import { Argument, Command } from 'commander';
import type { ZodType } from 'zod';
import { toJson } from '../../record/to-json.ts';
import type { Io } from '../io.ts';

/** Files of the user's, and files that meshshift writes. */
const kinds = ['scenario', 'app', 'summary', 'trace', 'plan', 'remedy', 'sweep', 'comparison'] as const;

export function schemaCommand(io: Io): Command {
  return new Command('schema')
    .description('Print a JSON Schema (draft 7), for editors and other programs')
    .addArgument(new Argument('[kind]', 'of which file').choices(kinds).default('scenario'))
    .addHelpText('after', '\nExamples:\n  meshshift schema > scenario.schema.json\n  meshshift schema plan')
    .action(async (kind: (typeof kinds)[number]) => {
      const { z } = await import('zod');
      const { pageTrace } = await import('../../record/page-trace.ts');
      const { runRecord } = await import('../../record/record.ts');
      const { comparison } = await import('../../record/comparison.ts');
      const { sweep } = await import('../../record/sweep.ts');
      const { remedied } = await import('../../record/remedied.ts');
      const { shiftPlan } = await import('../../record/shift-plan.ts');
      const { appSchema, scenarioSchema } = await import('../../scenario/schema.ts');
      const schemas: Readonly<Record<typeof kind, ZodType>> = {
        scenario: scenarioSchema,
        app: appSchema,
        summary: runRecord,
        trace: pageTrace,
        plan: shiftPlan,
        remedy: remedied,
        sweep,
        comparison,
      };
      io.stdout(
        toJson(z.toJSONSchema(schemas[kind], { target: 'draft-7', io: 'input', unrepresentable: 'any' })),
      );
    });
}
