import type { Desk } from '../../experiment/session/desk.ts';
import type { Language } from '../language/language.ts';
import { meterWords } from '../language/meter.ts';
import { countIn, shareIn } from '../language/number.ts';
import { versionWords } from '../language/version.ts';
import { looksOf } from './look.ts';
import { readings, type Reading } from './readings.ts';
import { VersionMark } from './version-mark.tsx';
import './meter.css';

interface MeterProps {
  readonly desk: Desk;
  readonly language: Language;
  /** Key of the version that is measured; "": all of them. */
  readonly version: string;
  readonly onVersion: (version: string) => void;
  /** Somebody looks as long as it pleases: the interval is one that holds at every moment, and wider for it. */
  readonly isWatched?: boolean;
}

/** What is configured, what is effective at the callers' proxies, what was observed, and the name of each gap. */
export function Meter({ desk, language, version, onVersion, isWatched = false }: MeterProps) {
  const words = meterWords[language];
  const all = readings(desk, isWatched);
  const one = all.find((reading) => reading.version === version);
  const lookOf = looksOf(desk.versions);
  return (
    <section class="panel meter" aria-label={words.titleAll(desk.focus)}>
      <div class="panel-head">
        <h2 class="panel-title">
          {one === undefined ? words.titleAll(desk.focus) : words.title(desk.focus, one.version)}
        </h2>
        <div class="choices" role="group" aria-label={words.choose}>
          {[...desk.versions.map(({ key }) => key), ''].map((key) => (
            <button
              key={key}
              type="button"
              class="button"
              aria-pressed={key === (one?.version ?? '')}
              onClick={() => onVersion(key)}
            >
              {key === '' ? (
                versionWords[language].all
              ) : (
                <>
                  <VersionMark look={lookOf(key)} />
                  {key}
                </>
              )}
            </button>
          ))}
        </div>
      </div>
      {one === undefined ? (
        <AllVersions {...{ desk, language, all }} />
      ) : (
        <OneVersion {...{ desk, language, isWatched }} reading={one} />
      )}
      {desk.split.nowhere > 0 && <p class="meter-nowhere">{words.nowhere(desk.split.nowhere)}</p>}
    </section>
  );
}

function OneVersion({
  desk,
  language,
  reading,
  isWatched,
}: {
  readonly desk: Desk;
  readonly language: Language;
  readonly reading: Reading;
  readonly isWatched: boolean;
}) {
  const words = meterWords[language];
  const { hue } = looksOf(desk.versions)(reading.version);
  const { configured, effective, k, n, interval } = reading;
  const share = (value: number | undefined): string =>
    value === undefined ? words.noRule : shareIn(language, value);
  return (
    <>
      <dl class={`meter-rows ${hue}`}>
        <Row name={words.configured} value={share(configured)}>
          {configured !== undefined && <Fill share={configured} />}
        </Row>
        <Gap reading={reading} desk={desk} language={language} which="propagation" />
        <Row name={words.effective} value={share(effective)}>
          {effective !== undefined && <Fill share={effective} />}
        </Row>
        <Gap reading={reading} desk={desk} language={language} which="chance" />
        <Row name={words.observed} value={n === 0 ? words.notYet : shareIn(language, k / n, n)}>
          {n > 0 && <Fill share={k / n} />}
          {interval !== undefined && <Whisker interval={interval} />}
        </Row>
        <Axis language={language} />
      </dl>
      <p class="quiet meter-note">
        {interval === undefined
          ? '\u00a0'
          : words.evidence(k, n, words.interval(interval, n, isWatched), words.since(desk.split.sinceUs))}
      </p>
    </>
  );
}

function Row({
  name,
  value,
  children,
}: {
  readonly name: string;
  readonly value: string;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <div class="meter-row">
      <dt>{name}</dt>
      <dd>
        <svg class="meter-bar" width="100%" height="100%" aria-hidden="true">
          <rect class="meter-track" width="100%" height="100%" />
          {children}
        </svg>
        <span class="meter-value">{value}</span>
      </dd>
    </div>
  );
}

const at = (share: number): string => `${(share * 100).toFixed(2)}%`;

function Fill({ share }: { readonly share: number }) {
  return <rect class="meter-fill" width={at(share)} height="100%" />;
}

function Whisker({ interval: [low, high] }: { readonly interval: readonly [number, number] }) {
  return (
    <g class="meter-whisker">
      {['meter-whisker-halo', ''].map((name) => (
        <g key={name} class={name}>
          <line x1={at(low)} x2={at(high)} y1="50%" y2="50%" />
          <line x1={at(low)} x2={at(low)} y1="18%" y2="82%" />
          <line x1={at(high)} x2={at(high)} y1="18%" y2="82%" />
        </g>
      ))}
    </g>
  );
}

function Axis({ language }: { readonly language: Language }) {
  return (
    <div class="meter-row meter-axis" aria-hidden="true">
      <span />
      <span class="meter-ticks">
        {[0, 0.5, 1].map((share) => (
          <span key={share}>{shareIn(language, share)}</span>
        ))}
      </span>
    </div>
  );
}

/** What lies between two bars, by name. */
function Gap({
  reading,
  desk,
  language,
  which,
}: {
  readonly reading: Reading;
  readonly desk: Desk;
  readonly language: Language;
  readonly which: 'propagation' | 'chance';
}) {
  const { name, text } = gapOf(reading, desk, language)[which];
  return (
    <div class={`meter-gap is-${which}`}>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

function gapOf(reading: Reading, desk: Desk, language: Language) {
  const words = meterWords[language];
  const { configured, effective, k, n, chance } = reading;
  const { callers, callersCurrent } = desk.split;
  const blank = { name: '\u00a0', text: '\u00a0' };
  const travelled = (effective ?? 0) - (configured ?? 0);
  const propagation =
    configured === undefined || effective === undefined
      ? { name: words.podsDecide, text: blank.text }
      : callersCurrent === callers
        ? { name: words.noGap, text: words.allHeld(callers) }
        : { name: words.gap(words.propagation, travelled), text: words.someHeld(callersCurrent, callers) };
  const off = n === 0 ? 0 : k / n - (effective ?? 0);
  const drawn = {
    unknown: () => blank,
    mixed: () => ({ name: words.gap(words.propagation, off), text: words.mixed }),
    within: () =>
      Math.abs(off) < 0.0005
        ? { name: words.noGap, text: blank.text }
        : { name: words.gap(words.chance, off), text: words.withinInterval },
    edge: () => ({ name: words.gap(words.chance, off), text: words.edge }),
    beyond: () => ({ name: words.gap(words.fault, off), text: words.beyondInterval }),
  }[chance]();
  return { propagation, chance: drawn };
}

/** All versions: each bar is divided among them, and a table says the numbers. */
function AllVersions({
  desk,
  language,
  all,
}: {
  readonly desk: Desk;
  readonly language: Language;
  readonly all: readonly Reading[];
}) {
  const words = meterWords[language];
  const lookOf = looksOf(desk.versions);
  const kinds = [
    [words.configured, (own: Reading) => own.configured],
    [words.effective, (own: Reading) => own.effective],
    [words.observed, (own: Reading) => (own.n === 0 ? undefined : own.k / own.n)],
  ] as const;
  const cell = (share: number | undefined, n?: number): string =>
    share === undefined ? '–' : shareIn(language, share, n);
  return (
    <>
      <div class="meter-rows is-all" aria-hidden="true">
        {kinds.map(([name, shareOf]) => (
          <div key={name} class="meter-row">
            <span>{name}</span>
            <svg class="meter-bar" width="100%" height="100%">
              <rect class="meter-track" width="100%" height="100%" />
              {stacked(all.map((own) => shareOf(own) ?? 0)).map(([from, to], i) => (
                <rect
                  key={all[i]!.version}
                  class={`meter-fill ${lookOf(all[i]!.version).hue}`}
                  x={at(from)}
                  width={at(to - from)}
                  height="100%"
                />
              ))}
            </svg>
          </div>
        ))}
        <Axis language={language} />
      </div>
      <div class="table-holder" tabIndex={0} role="region" aria-label={words.caption(desk.focus)}>
        <table class="table">
          <caption class="unseen">{words.caption(desk.focus)}</caption>
          <thead>
            <tr>
              <th scope="col">{words.version}</th>
              {kinds.map(([name]) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.map((own) => (
              <tr key={own.version}>
                <th scope="row">
                  <VersionMark look={lookOf(own.version)} /> {own.version}
                </th>
                <td>{cell(own.configured)}</td>
                <td>{cell(own.effective)}</td>
                <td>
                  {own.n === 0 ? '–' : `${cell(own.k / own.n, own.n)} `}
                  {own.interval !== undefined && (
                    <span class="meter-ends">
                      {own.interval.map((end) => shareIn(language, end, own.n)).join(' – ')}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet meter-note">
        {all[0] !== undefined && all[0].n > 0
          ? `n = ${countIn(language, all[0].n)}, ${words.since(desk.split.sinceUs)}`
          : words.notYet}
      </p>
    </>
  );
}

/** Shares side by side: where each begins and ends. */
function stacked(shares: readonly number[]): (readonly [from: number, to: number])[] {
  let end = 0;
  return shares.map((share) => {
    const from = end;
    end += share;
    return [from, end];
  });
}
