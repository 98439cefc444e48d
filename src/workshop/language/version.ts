import type { DeskVersion } from '../../experiment/session/desk.ts';
import { inBoth } from './language.ts';

type Mark = NonNullable<DeskVersion['mark']>;
const english: Readonly<Record<Mark, string>> = {
  none: 'no stars',
  black: 'black stars',
  red: 'red stars',
};
const chinese: Readonly<Record<Mark, string>> = { none: '无星', black: '黑星', red: '红星' };

/** What a version is called, and what it looks like. */
export const versionWords = inBoth({
  en: {
    stars: (mark: Mark): string => english[mark],
    all: 'all',
  },
  zh: {
    stars: (mark: Mark): string => chinese[mark],
    all: '全部',
  },
});
