import { runOnce } from '../../src/experiment/run-once.ts';
import { loadScenario } from '../../src/scenario/load.ts';

/** In the page: the texts of a scenario's folder in, the record of its run as JSON out. */
async function playTexts(texts: Readonly<Record<string, string>>, path: string): Promise<string> {
  const loaded = await loadScenario({
    path,
    file: `${path}/scenario.yaml`,
    text: texts['scenario.yaml']!,
    read: (name) => Promise.resolve({ value: texts[name], problems: [] }),
  });
  if (loaded.value === undefined) throw new Error(JSON.stringify(loaded.problems));
  return JSON.stringify(runOnce(loaded.value).record);
}

(globalThis as unknown as { playTexts: typeof playTexts }).playTexts = playTexts;
