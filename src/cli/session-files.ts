import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { written, type FolderTexts } from '../experiment/session/folder.ts';
import { fromFragment } from '../experiment/session/link.ts';
import { sessionFolder } from '../experiment/session/live.ts';
import { setupsOf } from '../experiment/session/setups.ts';
import type { Checked } from '../manifest/problem.ts';
import type { ReportFile } from '../report/report-file.ts';

/**
 * The files of the scenario that a workshop's session is, from its link.
 * @param link a link, or what follows # in it. @param shipped the folder of the scenarios that come with meshshift.
 */
export async function sessionFiles(link: string, shipped: string): Promise<Checked<readonly ReportFile[]>> {
  const { value, problems } = await fromFragment(link.replace(/^.*#/s, ''));
  if (value === undefined) return { value, problems };
  const { session, endUs } = value;
  const folder = 'name' in session.base ? session.base.name.split('/')[0]! : '';
  const texts = await textsOf(shipped, folder);
  const made = await written(
    session,
    setupsOf(texts === undefined ? {} : { [folder]: texts }),
    sessionFolder,
    endUs,
  );
  if (made.value === undefined) return { value: undefined, problems: made.problems };
  const files = Object.entries(made.value.files).map(([name, content]) => ({ name, content }));
  return { value: files, problems: [] };
}

/** A link is anybody's: it names a folder beside the others, and nothing else. */
async function textsOf(shipped: string, folder: string): Promise<FolderTexts | undefined> {
  if (!(await readdir(shipped)).includes(folder)) return undefined;
  const names = (await readdir(join(shipped, folder))).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(shipped, folder, name), 'utf8')] as const),
  );
  return Object.fromEntries(texts);
}
