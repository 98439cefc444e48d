import { pathText } from '../manifest/path-text.ts';
import type { Checked, Problem } from '../manifest/problem.ts';
import { runFormat } from './format.ts';
import { isStored, migrated, runMigrations, type Stored } from './migration.ts';
import { runRecord, type RunRecord } from './record.ts';

/** Of what is damaged, so many places are told. */
const shownPlaces = 10;

/**
 * The record of a stored run (`summary.json`), as the present version has it: one of an older version is brought up to it,
 * one that a later meshshift wrote, or that is damaged, is refused with what to do. Only what was stored goes through here;
 * what a run has just made is sound by its types.
 */
export function readRecord(text: string, file: string): Checked<RunRecord> {
  const refused = (code: string, message: string, hint?: string): Checked<RunRecord> => ({
    value: undefined,
    problems: [{ severity: 'error', code, message, file, ...(hint === undefined ? {} : { hint }) }],
  });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return refused('MS3007', `${file} is not JSON: ${error instanceof Error ? error.message : ''}`, another);
  }
  if (!isStored(data)) return refused('MS3007', `${file} is not a run: it holds no object`, another);
  const format = data['schema'];
  if (typeof format !== 'string' || !format.startsWith(formatName)) {
    const found = format === undefined ? 'is missing' : `is ${JSON.stringify(format)}`;
    return refused('MS3007', `${file} is not a run: its schema ${found}, expected "${runFormat}"`, another);
  }
  const current = migrated(data, runFormat, runMigrations);
  if (current === undefined) {
    const known = [...runMigrations.map(({ from }) => from), runFormat].map((own) => `"${own}"`);
    return refused(
      'MS3008',
      `${file} is a run of another version${by(data)}: its schema is ${JSON.stringify(format)}, and this meshshift reads ${known.join(' and ')}`,
      `draw it with the meshshift that wrote it, or play it again${again(data)}`,
    );
  }
  const checked = runRecord.safeParse(current);
  // What was stored itself, for its fields stand in the order in which they were written: drawn again, it is the same bytes.
  if (checked.success) return { value: current as unknown as RunRecord, problems: [] };
  const { issues } = checked.error;
  const left = issues.length - shownPlaces;
  return {
    value: undefined,
    problems: issues.slice(0, shownPlaces).map((issue, row): Problem => {
      const where = issue.path.length === 0 ? 'the run' : pathText(issue.path);
      const more = row === shownPlaces - 1 && left > 0 ? ` (and ${left} more)` : '';
      const hint = row === 0 ? { hint: `the file was changed or cut off: play it again${again(data)}` } : {};
      return {
        severity: 'error',
        code: 'MS3009',
        message: `${file} is damaged: ${where}: ${issue.message}${more}`,
        file,
        ...hint,
      };
    }),
  };
}

const another = 'name the folder of a run, which holds the summary.json that meshshift run wrote';
/** "meshshift/run/" */
const formatName = runFormat.slice(0, runFormat.lastIndexOf('/') + 1);

const by = ({ version }: Stored): string =>
  typeof version === 'string' ? ` (meshshift ${version} wrote it)` : '';

function again({ scenario }: Stored): string {
  const command = isStored(scenario) ? scenario['command'] : undefined;
  return typeof command === 'string' ? `: ${command}` : '';
}
