import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Each folder of a scenario that comes with the project, its files by name. */
export const scenarioFolders: readonly ReadonlyMap<string, string>[] = readdirSync('scenarios')
  .sort()
  .map((folder) => textsOf(join('scenarios', folder)));

/** Texts of manifests: those of the scenarios. */
export const manifestTexts: readonly string[] = scenarioFolders.flatMap((texts) =>
  [...texts].flatMap(([name, text]) => (/^(scenario|app).*\.yaml$|\.md$/.test(name) ? [] : [text])),
);

function textsOf(folder: string): Map<string, string> {
  const names = readdirSync(folder, { withFileTypes: true }).filter((own) => own.isFile());
  return new Map(names.map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]));
}
