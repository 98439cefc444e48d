import { percent } from '../../words/number.ts';
import type { Language } from './language.ts';

/** Numbers as each language writes them. */

const locale: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };
const whole = formats({ maximumFractionDigits: 0 });
const tenths = formats({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
const signed = formats({ maximumFractionDigits: 1, signDisplay: 'exceptZero' });
const rules = { en: new Intl.PluralRules('en'), zh: new Intl.PluralRules('zh-CN') };

function formats(options: Intl.NumberFormatOptions): Readonly<Record<Language, Intl.NumberFormat>> {
  return { en: new Intl.NumberFormat(locale.en, options), zh: new Intl.NumberFormat(locale.zh, options) };
}

/** "1,812" */
export const countIn = (language: Language, n: number): string => whole[language].format(n);

/** "1 page", "15 pages": English needs both forms, Chinese has one. */
export const englishCount = (n: number, one: string, many = `${one}s`): string =>
  `${countIn('en', n)} ${rules.en.select(n) === 'one' ? one : many}`;

/** A share 0..1: "33 %" in English, "33%" in Chinese; with as many decimals as `n` requests support. */
export const shareIn = (language: Language, share: number, n?: number): string =>
  percent(share, n).replace(' ', language === 'zh' ? '' : '\u00a0');

/** A difference of shares, with its sign: "+3 points", "−12 个百分点". */
export const pointsIn = (language: Language, difference: number): string => {
  const points = Math.round(difference * 1000) / 10;
  const text = signed[language].format(points).replace('-', '\u2212');
  if (language === 'zh') return `${text} 个百分点`;
  return `${text} ${Math.abs(points) === 1 ? 'point' : 'points'}`;
};

/** Requests per second: "29/s", "0.4/s", "29/秒". */
export const rateIn = (language: Language, perSecond: number): string =>
  `${(perSecond > 0 && perSecond < 9.95 ? tenths : whole)[language].format(perSecond)}/${language === 'zh' ? '秒' : 's'}`;

/** A moment of the run: "01:12.4", from an hour on "1:01:12.4". */
export const clockText = (us: number): string => {
  const tenthsOfAll = Math.floor(us / 100_000);
  const seconds = Math.floor(tenthsOfAll / 10);
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}.${tenthsOfAll % 10}`;
};

/** How long something took: "31 ms", "1.2 s"; "31 毫秒", "1.2 秒". */
export const tookIn = (language: Language, us: number): string => {
  const isShort = us < 999_500;
  const number = isShort
    ? countIn(language, Math.max(1, us / 1000))
    : tenths[language].format(us / 1_000_000);
  const unit = language === 'zh' ? (isShort ? '毫秒' : '秒') : isShort ? 'ms' : 's';
  return `${number}\u00a0${unit}`;
};
