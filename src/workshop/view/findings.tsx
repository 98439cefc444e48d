import type { DeskFinding } from '../../experiment/session/desk.ts';
import { appWords } from '../language/app.ts';
import { findingWords } from '../language/findings.ts';
import type { Language } from '../language/language.ts';
import './findings.css';

interface FindingsProps {
  readonly findings: readonly DeskFinding[];
  readonly language: Language;
}

/** What is wrong with the mesh, worst first: the very findings that the command line prints, with why and what to do. */
export function Findings({ findings, language }: FindingsProps) {
  const words = appWords[language];
  return (
    <section class="panel findings" aria-labelledby="findings-title" hidden={findings.length === 0}>
      <h2 class="panel-title" id="findings-title">
        {words.wrong}
      </h2>
      <p class="unseen" role="status">
        {findings.length === 0 ? '' : words.wrongIn(findings.length)}
      </p>
      {findings.map(({ code, sentence, why, remedies }) => {
        const own = findingWords[language](code);
        return (
          <article key={code}>
            {own !== undefined && <p class="findings-own">{own}</p>}
            <p>
              <samp lang="en">{sentence}</samp>
            </p>
            <dl>
              <dt>{words.why}</dt>
              <dd>
                <samp lang="en">{why}</samp>
              </dd>
              {remedies.length > 0 && (
                <>
                  <dt>{words.remedy}</dt>
                  {remedies.map(({ text }) => (
                    <dd key={text}>
                      <samp lang="en">{text}</samp>
                    </dd>
                  ))}
                </>
              )}
            </dl>
          </article>
        );
      })}
    </section>
  );
}
