import type { Remedied } from '../../record/remedied.ts';
import { toJson } from '../../record/to-json.ts';
import { plain } from '../paint.ts';
import type { ReportFile } from '../report-file.ts';
import { remedyText } from './text.ts';

/**
 * All that the remedies leave: the answer, and a folder for each with the changed scenario and what `kubectl` takes of it.
 * @param texts of each changed scenario, by the folder of its remedy and then by file
 */
export function remedyFiles(
  remedied: Remedied,
  folder: string,
  texts: ReadonlyMap<string, ReadonlyMap<string, string>>,
): ReportFile[] {
  return [
    { name: 'remedy.json', content: toJson(remedied) },
    { name: 'remedy.txt', content: remedyText(remedied, folder, { paint: plain, width: 100 }) },
    ...remedied.played.flatMap(({ folder: own, apply, remove }) => [
      ...[...(texts.get(own) ?? [])].map(([name, content]) => ({ name: `${own}/${name}`, content })),
      ...(apply === '' ? [] : [{ name: `${own}/kubectl/apply.yaml`, content: apply }]),
      ...(remove === '' ? [] : [{ name: `${own}/kubectl/delete.yaml`, content: remove }]),
    ]),
  ];
}
