import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { darkTwin } from '../palette.ts';
import { keepUnits } from '../keep-units.ts';
import { pageStyle } from './page-style.ts';

export interface PageFrame {
  /** Of the window, and of a link to the page. */
  readonly title: string;
  /** What is looked at, above the heading; '' leaves it out. */
  readonly subject: string;
  readonly heading: string;
  /** Of meshshift. */
  readonly version?: string;
  readonly children: ComponentChildren;
}

/** The frame of every page: one file, no script, nothing to load, by day, in the dark and on paper. */
export function Page({ title, subject, heading, version, children }: PageFrame) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content={version === undefined ? 'meshshift' : `meshshift ${version}`} />
        <title>{keepUnits(title)}</title>
        <style dangerouslySetInnerHTML={{ __html: `\n${pageStyle(darkTwin)}\n` }} />
      </head>
      <body>
        <header>
          {subject !== '' && <p class="scenario">{subject}</p>}
          <h1>{keepUnits(heading)}</h1>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A page as the text of its file. What its parts say comes out as text, whatever it holds. */
export const renderPage = (frame: PageFrame): string =>
  `<!doctype html>\n${renderToString(<Page {...frame} />)}\n`;
