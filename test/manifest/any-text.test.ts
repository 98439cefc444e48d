import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyze } from '../../src/manifest/analyze.ts';
import { problemCodes, renderProblem } from '../../src/manifest/explain-problem.ts';
import { parseManifests } from '../../src/manifest/parse.ts';

const routing = readFileSync(new URL('fixture/routing.yaml', import.meta.url), 'utf8');
const application = readFileSync(new URL('fixture/bookinfo.yaml', import.meta.url), 'utf8');

/** Whatever the text, there are resources or problems; each problem can be shown and its code is known. */
function holds(text: string): void {
  const { manifest, problems } = parseManifests([{ file: 'f', text }]);
  const all = [...problems, ...analyze(manifest.resources)];
  if (manifest.resources.length === 0 && manifest.ignoredKinds.length === 0)
    expect(problems.length > 0 || /items/.test(text)).toBe(true);
  const lines = text.split('\n').length;
  for (const problem of all) {
    expect(problem.code.startsWith('IST') || Object.hasOwn(problemCodes, problem.code)).toBe(true);
    if (problem.line !== undefined) {
      expect(problem.line).toBeLessThanOrEqual(lines);
      expect(problem.column).toBeLessThanOrEqual((problem.excerpt?.length ?? 0) + 1);
    }
    expect(renderProblem(problem)).not.toBe('');
  }
}

const pieces = [
  'apiVersion: networking.istio.io/v1', 'kind: VirtualService', 'kind: DestinationRule', 'metadata:', 'spec:', 'hosts:', 'http:',
  'route:', 'destination:', '- ', '  ', '    ', '\n', '---\n', ': ', '[', ']', '{', '}', '&a ', '*a', '!!str ', '|\n', '>-\n', '"', "'", '#', '\t',
  '<<: ', 'weight: 50', '__proto__: ', 'constructor: ', 'null', '~', '-1', '0x10', '.nan', '1e400', '%YAML 1.1\n', '\u0000', '\ufeff', '\r\n', '? ',
]; // prettier-ignore

test('no text is too strange to be told what is wrong with it', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), holds), { numRuns: 300 });
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((own) => own.join('')),
      holds,
    ),
    { numRuns: 1000 },
  );
});

test('nor is a manifest in which one piece was replaced, taken out or repeated', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(routing, application),
      fc.nat(4000),
      fc.nat(30),
      fc.oneof(fc.constantFrom(...pieces), fc.constant('')),
      fc.boolean(),
      (text, at, length, piece, repeat) => {
        const start = at % text.length;
        const cut = text.slice(start, start + length);
        holds(text.slice(0, start) + (repeat ? cut + cut : piece) + text.slice(start + length));
      },
    ),
    { numRuns: 300 },
  );
});

test('nor is any value at any place of a rule', () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const fields = [
    'hosts',
    'gateways',
    'http',
    'host',
    'subsets',
    'trafficPolicy',
    'servers',
    'selector',
    'ports',
    'template',
    'replicas',
    'strategy',
    'scaleTargetRef',
    'maxReplicas',
    'metrics',
    'behavior',
  ];
  const ruleFields = [
    'match',
    'route',
    'redirect',
    'timeout',
    'retries',
    'fault',
    'mirror',
    'mirrors',
    'corsPolicy',
    'headers',
    'rewrite',
    'delegate',
  ];
  const kinds = fc.constantFrom(
    ['networking.istio.io/v1', 'VirtualService'],
    ['networking.istio.io/v1', 'DestinationRule'],
    ['networking.istio.io/v1', 'Gateway'],
    ['v1', 'Service'],
    ['apps/v1', 'Deployment'],
    ['apps/v1', 'ReplicaSet'],
    ['argoproj.io/v1alpha1', 'Rollout'],
    ['autoscaling/v2', 'HorizontalPodAutoscaler'],
    ['autoscaling/v1', 'HorizontalPodAutoscaler'],
    ['v1', 'List'],
  );
  const rule = fc.dictionary(fc.constantFrom(...ruleFields), value);
  fc.assert(
    fc.property(
      kinds,
      fc.dictionary(fc.constantFrom(...fields), value),
      fc.array(rule),
      value,
      (kind, spec, http, metadata) => {
        holds(
          JSON.stringify({
            apiVersion: kind[0],
            kind: kind[1],
            metadata: { name: 'x' },
            spec: { ...spec, http },
          }),
        );
        holds(JSON.stringify({ apiVersion: kind[0], kind: kind[1], metadata, spec: metadata }));
      },
    ),
    { numRuns: 300 },
  );
});
