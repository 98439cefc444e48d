import { absorbedText, absorbingHead, absorbingIn, absorbingRemedies } from '../finding/absorbing-cookies.ts';
import { stepwise } from './foreseen.ts';

/** One version's answers keep their clients, and others' do not. */
export const absorbingCookies = stepwise('absorbing-cookies', ({ cookies = [] }) =>
  cookies.flatMap((fact) => {
    const found = absorbingIn(fact);
    if (found === undefined || found.others.every(({ keepsSeconds }) => keepsSeconds !== 0)) return [];
    return [
      {
        key: `${fact.service} ${found.own.key}`,
        sentence: [absorbingHead(found), ...absorbedText(found)].join(' '),
        remedies: absorbingRemedies(found),
      },
    ];
  }),
);
