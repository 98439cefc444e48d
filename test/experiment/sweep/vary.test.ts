import { describe, expect, test } from 'vitest';
import { parseVary, settingsOf, type Varied } from '../../../src/experiment/sweep/vary.ts';

const vary = (text: string): Varied => {
  const parsed = parseVary(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
};

describe('a setting that varies', () => {
  test('has values of YAML with commas between, a map with commas of its own being one of them', () => {
    expect(vary('traffic[0].rps=10, 20,40')).toEqual({ path: 'traffic[0].rps', values: ['10', '20', '40'] });
    expect(vary('controlPlane={ preset: off },{ preset: large, delay: 1s }').values).toEqual([
      '{ preset: off }',
      '{ preset: large, delay: 1s }',
    ]);
    expect(vary("host='a,b',c").values).toEqual(["'a,b'", 'c']);
  });

  test.each([
    ['=1,2', 'expected path=value'],
    ['rps', 'expected path=value'],
    ['rps=', 'has no value'],
    ['rps=1,1', '1 stands there twice'],
    ['rps={ a: 1', 'not YAML'],
    ['seed=1,2', 'a seed of its own already'],
  ])('is refused as %s', (text, words) => {
    expect(parseVary(text)).toEqual({ problem: expect.stringContaining(words) });
  });
});

describe('what is to be played', () => {
  const a = vary('a=1,2');
  const b = vary('b=x,y,z');

  test('is every combination, the last setting changing fastest', () => {
    expect(settingsOf([a, b], false)).toEqual(
      ['1 x', '1 y', '1 z', '2 x', '2 y', '2 z'].map((own) => {
        const values = own.split(' ');
        return { values, set: [`a=${values[0]}`, `b=${values[1]}`] };
      }),
    );
  });

  test('is the first values of all, then the second, where they go together', () => {
    expect(settingsOf([a, vary('c=u,v')], true)).toEqual([
      { values: ['1', 'u'], set: ['a=1', 'c=u'] },
      { values: ['2', 'v'], set: ['a=2', 'c=v'] },
    ]);
    expect(settingsOf([a, b], true)).toEqual({ problem: 'a has 2 values and b 3: they cannot go together' });
  });

  test('is the scenario as it is where nothing varies, and nothing where a path stands there twice', () => {
    expect(settingsOf([], false)).toEqual([{ values: [], set: [] }]);
    expect(settingsOf([a, a], false)).toEqual({ problem: 'a is varied twice' });
  });
});
