import type { Desk, YourPage } from '../../experiment/session/desk.ts';
import { drawnPageWords } from '../language/drawn-page.ts';
import type { Language } from '../language/language.ts';
import { bookinfo } from './bookinfo.ts';
import { looksOf } from './look.ts';
import { latestDone, outcomeOf } from './outcome.ts';
import { VersionMark } from './version-mark.tsx';
import './drawn-page.css';

interface DrawnPageProps {
  readonly desk: Desk;
  readonly language: Language;
  readonly onRefresh: () => void;
  /** Asked with the number of the page: why did it go there? */
  readonly onWhy?: (number: number) => void;
  /** The latest page is said aloud as it comes (not while many come by themselves). */
  readonly isSpoken?: boolean;
  readonly address?: string;
}

/** The browser at the desk: a Refresh button, and the page that came last. While the next is on its way, the last stays. */
export function DrawnPage(props: DrawnPageProps) {
  const { desk, language, onRefresh, onWhy, isSpoken = false } = props;
  const words = drawnPageWords[language];
  const page = latestDone(desk.yours);
  const isWaiting = desk.yours.at(-1)?.tookUs === undefined && desk.yours.length > 0;
  return (
    <section class="browser" aria-label={words.title}>
      <div class="browser-bar">
        <button
          type="button"
          class="button is-primary browser-refresh"
          onClick={onRefresh}
          aria-keyshortcuts="R"
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M13.2,8A5.2,5.2,0,1,1,11.3,4M13.4,1.6V4.9H10.1" />
          </svg>
          {words.refresh}
          <kbd class="key" aria-hidden="true">
            R
          </kbd>
        </button>
        <p class="browser-address">
          <span class="unseen">{words.address}: </span>
          <span class="browser-where" lang="en">
            {props.address ?? (isBookinfoPage(desk) ? bookinfo.address : `http://${desk.focus}/`)}
          </span>
          {page !== undefined && <span class="browser-took">{words.took(page.tookUs ?? 0)}</span>}
          <span class={isWaiting ? 'browser-loading' : 'browser-loading is-idle'} aria-hidden="true" />
        </p>
      </div>
      <div class="browser-page" aria-busy={isWaiting}>
        <PageBody {...props} page={page} isWaiting={isWaiting} />
      </div>
      <p class="browser-status">
        <span role={isSpoken ? 'status' : undefined}>
          {page === undefined ? '\u00a0' : sentenceOf(desk, page, language)}
        </span>
        {page !== undefined && onWhy !== undefined && (
          <button type="button" class="browser-why" onClick={() => onWhy(page.number)}>
            {words.why}
          </button>
        )}
      </p>
    </section>
  );
}

/** Pages of Bookinfo's reviews come from its productpage; whoever asks reviews itself sees no page of that kind. */
const isBookinfoPage = ({ versions, services }: Desk): boolean =>
  versions.some(({ mark }) => mark !== null) && services.some(({ name }) => name === 'productpage');

/** "page 9: red stars, reviews v3; 3 of 9 pages v3" */
function sentenceOf(desk: Desk, page: YourPage, language: Language): string {
  const words = drawnPageWords[language];
  const outcome = outcomeOf(page);
  if (outcome === 'failed') return words.line(page.number, words.failed(page.status));
  if (outcome === 'without') return words.line(page.number, words.without(desk.focus));
  const mark = desk.versions.find(({ key }) => key === page.version)?.mark ?? null;
  const others = page.missing.filter((service) => service !== desk.focus);
  const what = [
    words.shown(desk.focus, page.version, mark),
    ...(others.length > 0 ? [words.also(others)] : []),
  ].join(language === 'zh' ? '，' : ', ');
  const done = desk.yours.filter((own) => own.tookUs !== undefined);
  const same = done.filter((own) => own.version === page.version).length;
  const end = language === 'zh' ? '；' : '; ';
  return words.line(page.number, `${what}${end}${words.soFar(same, done.length, page.version)}`);
}

function PageBody({
  desk,
  language,
  page,
  isWaiting,
}: DrawnPageProps & { readonly page: YourPage | undefined; readonly isWaiting: boolean }) {
  const words = drawnPageWords[language];
  const isBookinfo = isBookinfoPage(desk);
  if (page === undefined) {
    return (
      <div class="page-empty">
        <p>{isWaiting ? words.waiting : words.nothing}</p>
        {!isWaiting && <p class="quiet">{isBookinfo ? words.nothingHint : words.nothingHintPlain}</p>}
      </div>
    );
  }
  if (outcomeOf(page) === 'failed') {
    return (
      <div class="page-empty is-failed">
        <p class="page-code" lang="en">
          {page.status === 0 ? 'ERR_CONNECTION_RESET' : `HTTP ERROR ${page.status}`}
        </p>
        <p>{words.badGateway(page.status)}</p>
      </div>
    );
  }
  return (
    <>
      {isBookinfo ? (
        <Bookinfo page={page} desk={desk} />
      ) : (
        <PlainPage page={page} desk={desk} language={language} />
      )}
      {page.isStale && <p class="page-stale">{words.stale}</p>}
    </>
  );
}

/** samples/bookinfo/src/productpage/templates/productpage.html of Istio's sources, in words and order. */
function Bookinfo({ page, desk }: { readonly page: YourPage; readonly desk: Desk }) {
  const { details, reviews } = bookinfo;
  const mark = desk.versions.find(({ key }) => key === page.version)?.mark ?? 'none';
  const { hue } = looksOf(desk.versions)(page.version);
  const isMissing = (service: string): boolean => page.missing.includes(service);
  const hasReviews = page.version !== '' && !isMissing('reviews');
  return (
    <div class="bookinfo" lang="en">
      <h3>{bookinfo.title}</h3>
      <p class="bookinfo-summary">{bookinfo.summary}</p>
      <div class="bookinfo-cards">
        <div class={isMissing('details') ? 'bookinfo-card is-broken' : 'bookinfo-card'}>
          <h4>{isMissing('details') ? details.error : details.title}</h4>
          {isMissing('details') ? (
            <p>{details.sorry}</p>
          ) : (
            <dl>
              {details.rows.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
        <div class={hasReviews ? `bookinfo-card is-reviews ${hue}` : 'bookinfo-card is-broken'}>
          <h4>{hasReviews ? reviews.title : reviews.error}</h4>
          {hasReviews ? (
            <>
              {reviews.all.map(({ text, by, stars }) => (
                <blockquote key={by}>
                  <p>“{text}”</p>
                  <footer>
                    <span>{by}</span>
                    {mark !== 'none' &&
                      (isMissing('ratings') ? (
                        <span class="bookinfo-no-ratings">{reviews.noRatings}</span>
                      ) : (
                        <Stars count={stars} mark={mark} />
                      ))}
                  </footer>
                </blockquote>
              ))}
              <p class="bookinfo-served">
                Reviews served by: <strong>{page.pod === '' ? `reviews-${page.version}` : page.pod}</strong>
              </p>
            </>
          ) : (
            <p>{reviews.sorry}</p>
          )}
        </div>
      </div>
    </div>
  );
}

function Stars({ count, mark }: { readonly count: number; readonly mark: 'black' | 'red' }) {
  return (
    <span class="bookinfo-stars" role="img" aria-label={`${count} of 5 ${mark} stars`}>
      {'★'.repeat(count)}
      {'☆'.repeat(5 - count)}
    </span>
  );
}

/** A page of any other application: who answered. */
function PlainPage({ page, desk, language }: { page: YourPage; desk: Desk; language: Language }) {
  const words = drawnPageWords[language];
  const look = looksOf(desk.versions)(page.version);
  return (
    <div class={`plain-page ${look.hue}`}>
      <p class="quiet">{words.answeredBy(desk.focus)}</p>
      <p class="plain-version">
        {page.version !== '' && <VersionMark look={look} />}
        {page.version === '' ? words.without(desk.focus) : page.version}
      </p>
      {page.pod !== '' && <p class="quiet">{words.pod(page.pod)}</p>}
      {page.missing.length > 0 && <p>{words.also(page.missing)}</p>}
    </div>
  );
}
