import { chancePercent, percentTo } from '../../words/number.ts';
import type { Language } from './language.ts';

/** A probability as each language writes it: "11.8 %", "11.8%". */
export const chanceIn = (language: Language, p: number): string =>
  spaced(language, p === 0 ? '0 %' : chancePercent(p));

/** A share in per cent with at most one decimal: "9.1 %", "50 %". */
export const tenthsIn = (language: Language, share: number): string => spaced(language, percentTo(share, 1));

const spaced = (language: Language, text: string): string =>
  language === 'zh' ? text.replace(' ', '') : text.replace(' ', '\u00a0');
