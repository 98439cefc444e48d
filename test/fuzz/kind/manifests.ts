import { analyze, analyzeAlone } from '../../../src/manifest/analyze.ts';
import { problemCodes, renderProblem } from '../../../src/manifest/explain-problem.ts';
import { parseManifests } from '../../../src/manifest/parse.ts';
import { manifestTexts } from '../corpus.ts';
import { mutated } from '../mutate.ts';
import { must, type FuzzKind } from './fuzz-kind.ts';

/** Manifests: whatever stands in them is read, or told with a place and a known code. */
export const manifests: FuzzKind = {
  make: (random) => ({ 'a.yaml': mutated(random.pick(manifestTexts), random, manifestTexts) }),
  try(input) {
    const text = input['a.yaml']!;
    const { manifest, problems } = parseManifests([{ file: 'a.yaml', text }]);
    const all = [...problems, ...analyze(manifest.resources), ...analyzeAlone(manifest.resources)];
    const lines = text.split(/\r\n|\n|\r/).length;
    for (const problem of all) {
      const { code, line, message } = problem;
      must(/^IST\d{4}$/.test(code) || Object.hasOwn(problemCodes, code), `unknown code ${code}`);
      must(line === undefined || (line >= 1 && line <= lines + 1), `${code} in line ${line} of ${lines}`);
      must(message !== '' && !message.includes('[object Object]'), `${code} says "${message}"`);
    }
    return Promise.resolve(all.map(renderProblem).join('\n'));
  },
};
