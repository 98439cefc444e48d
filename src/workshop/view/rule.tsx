import { useRef } from 'preact/hooks';
import type { Problem } from '../../manifest/problem.ts';
import { appWords } from '../language/app.ts';
import type { Language } from '../language/language.ts';
import type { DeskVersion } from '../../experiment/session/desk.ts';
import type { Acted } from '../../experiment/session/live.ts';
import type { Weights } from '../weights.ts';
import { looksOf } from './look.ts';
import { Slider } from './slider.tsx';
import { VersionMark } from './version-mark.tsx';
import './rule.css';

interface RuleProps {
  readonly language: Language;
  readonly focus: string;
  readonly versions: readonly DeskVersion[];
  readonly text: string;
  /** Undefined: the text is no rule of weights. */
  readonly weights: Weights | undefined;
  readonly locked: readonly boolean[];
  readonly problems: readonly Problem[];
  /** Why it cannot be applied; undefined: it can. */
  readonly refusal: Problem | undefined;
  readonly acted: Acted | undefined;
  readonly onText: (text: string) => void;
  readonly onWeight: (place: number, to: number) => void;
  readonly onLock: (place: number, isLocked: boolean) => void;
  readonly onApply: () => void;
}

/** Weights and the text that says them, tied both ways; Apply, and what kubectl answers. */
export function Rule(props: RuleProps) {
  const { language, focus, refusal, acted } = props;
  const words = appWords[language];
  const editor = useRef<HTMLTextAreaElement>(null);
  return (
    <section class="panel rule" aria-labelledby="rule-title">
      <div class="panel-head">
        <h2 class="panel-title" id="rule-title">
          {words.rule}
        </h2>
        <span class="quiet">{words.ruleOf(focus)}</span>
      </div>
      <Sliders {...props} />
      <Editor {...props} editor={editor} />
      <Problems {...props} editor={editor} />
      <div class="rule-apply">
        <button
          type="button"
          class="button is-primary"
          aria-disabled={refusal !== undefined}
          aria-describedby="rule-refusal"
          onClick={props.onApply}
        >
          {words.apply}
          <kbd class="key" aria-hidden="true">
            {words.applyHint}
          </kbd>
        </button>
        <p class="quiet" id="rule-refusal">
          {refusal === undefined ? '' : words.cannotApply(refusal.line)}
        </p>
      </div>
      <div class="rule-answer" role="status">
        {acted !== undefined && (
          <samp lang="en">
            {acted.answers.map((line) => (
              <span key={line}>{line}</span>
            ))}
            {acted.answers.length === 0 &&
              acted.problems.map((own) => <span key={own.message}>{problemText(own)}</span>)}
          </samp>
        )}
      </div>
    </section>
  );
}

const problemText = ({ severity, code, line, message }: Problem): string =>
  `${severity} ${code}${line === undefined ? '' : ` line ${line}`}: ${message}`;

function Sliders({ language, versions, weights, locked, onWeight, onLock }: RuleProps) {
  const words = appWords[language];
  const lookOf = looksOf(versions);
  return (
    <div class="rule-sliders">
      {versions.map((version, place) => {
        const value = weights?.[place] ?? 0;
        const isLocked = locked[place] === true;
        return (
          <div class={`rule-slider ${lookOf(version.key).hue}`} key={version.key}>
            <span class="rule-version">
              <VersionMark look={lookOf(version.key)} /> {version.key}
            </span>
            <Slider
              min={0}
              max={100}
              step={1}
              value={value}
              disabled={weights === undefined || isLocked}
              aria-label={words.weightOf(version.key)}
              onInput={(event) => onWeight(place, Number(event.currentTarget.value))}
            />
            <output class="rule-percent">{weights === undefined ? '–' : `${value} %`}</output>
            <label class="rule-lock">
              <input
                type="checkbox"
                checked={isLocked}
                disabled={weights === undefined}
                aria-label={words.lockOf(version.key)}
                onChange={(event) => onLock(place, event.currentTarget.checked)}
              />
              <span aria-hidden="true">{words.lock}</span>
            </label>
          </div>
        );
      })}
      <p class="quiet rule-rest">{weights === undefined ? words.noWeights : ''}</p>
    </div>
  );
}

type WithEditor = RuleProps & { readonly editor: { readonly current: HTMLTextAreaElement | null } };

function Editor({ language, text, problems, onText, onApply, editor }: WithEditor) {
  const words = appWords[language];
  const marked = new Map(problems.map(({ line, severity }) => [line, severity]));
  const gutter = useRef<HTMLDivElement>(null);
  const lines = text.split('\n').length;
  return (
    <div class="rule-editor">
      <div class="rule-gutter" aria-hidden="true" ref={gutter}>
        {Array.from({ length: lines }, (_, index) => (
          <span key={index} class={marked.has(index + 1) ? `is-${marked.get(index + 1)!}` : undefined}>
            {index + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={editor as never}
        class="rule-text"
        aria-label={words.text}
        aria-describedby="rule-problems"
        aria-invalid={problems.some(({ severity }) => severity === 'error')}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        rows={11}
        wrap="off"
        lang="en"
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            onApply();
          }
        }}
      />
    </div>
  );
}

function Problems({ language, text, problems, editor }: WithEditor) {
  const words = appWords[language];
  const jump = ({ line = 1, column = 1, width = 1 }: Problem): void => {
    const own = editor.current;
    if (own === null) return;
    const before = text.split('\n').slice(0, line - 1);
    const from = before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    own.focus();
    own.setSelectionRange(from, from + width);
  };
  return (
    <ul class="rule-problems" id="rule-problems" aria-label={words.problems}>
      {problems.map((own) => (
        <li key={`${own.line}${own.message}`} class={`is-${own.severity}`}>
          {own.line !== undefined && (
            <button type="button" class="rule-jump" onClick={() => jump(own)}>
              {words.toLine(own.line)}
            </button>
          )}
          <samp lang="en">
            {own.code} {own.message}
            {own.hint === undefined ? '' : `; ${own.hint}`}
          </samp>
        </li>
      ))}
    </ul>
  );
}
