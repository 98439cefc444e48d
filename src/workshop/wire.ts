import type { Act, Session } from '../experiment/session/session.ts';
import type { Desk, DeskFinding } from '../experiment/session/desk.ts';
import type { Acted } from '../experiment/session/live.ts';
import type { CheckedText } from '../experiment/session/check-text.ts';
import type { SeatPages } from '../experiment/session/seats.ts';
import type { Linked } from '../experiment/session/link.ts';
import type { Checked, Problem } from '../manifest/problem.ts';

/** What page and worker say to each other. The page asks questions, each answered once; the worker shows the desk as it goes. */
export interface Questions {
  /** Plays this session (the desks that show it bear its number), from its seed up to a moment, and shows it from then on; answers what is wrong with it, if it cannot. */
  open: {
    readonly ask: { readonly session: Session; readonly untilUs: number; readonly number: number };
    readonly answer: readonly Problem[];
  };
  /** Somebody does something now: what kubectl prints, or why it refuses. */
  act: { readonly ask: { readonly act: Act }; readonly answer: Acted };
  /** Lets the clock run so many times as fast as the model's time, or stops it (0); Infinity: as fast as it can. */
  run: { readonly ask: { readonly speed: number }; readonly answer: undefined };
  /** Goes on to a moment as fast as it can, and stops there: a time, the next thing of interest, or when every proxy has the rule. */
  until: { readonly ask: { readonly until: number | 'next' | 'held' }; readonly answer: undefined };
  /** Back (or on) to a moment, by playing again from the seed: what was done after it is to come again. */
  rewind: { readonly ask: { readonly toUs: number }; readonly answer: undefined };
  /** What is wrong with a text of manifests, as somebody types it, and the weights that it gives the focus. */
  check: { readonly ask: { readonly text: string }; readonly answer: CheckedText };
  /** The rule for the focus that is in force, as one would apply it again; the weights of its pods, where there is none. */
  rule: { readonly ask: undefined; readonly answer: string };
  /** A rule's text with other weights, percent by version. */
  weigh: {
    readonly ask: { readonly text: string; readonly weights: Readonly<Record<string, number>> };
    readonly answer: string;
  };
  /** What follows # in a link that leads back here, with what the page wants to find again. */
  link: { readonly ask: { readonly page: unknown }; readonly answer: string };
  /** What a link says. */
  read: { readonly ask: { readonly fragment: string }; readonly answer: Checked<Linked> };
  /** The session as a folder of files, the words that play it, and the fingerprint of the summary that they will leave. */
  folder: { readonly ask: { readonly page: unknown }; readonly answer: Exported };
  /** What is wrong with the mesh at this moment, worst first. */
  findings: { readonly ask: undefined; readonly answer: readonly DeskFinding[] };
  /** Plays fifteen refreshes (or so many) of other seats, for a class. */
  seats: {
    readonly ask: {
      readonly session: Session;
      readonly seeds: readonly string[];
      readonly refreshes: number;
    };
    readonly answer: readonly SeatPages[];
  };
}

export interface Exported {
  readonly files: Readonly<Record<string, string>>;
  /** What follows # in a link. */
  readonly fragment: string;
  readonly command: string;
  readonly fingerprint: string;
}

export type FromPage = {
  [K in keyof Questions]: { readonly id: number; readonly what: K; readonly ask: Questions[K]['ask'] };
}[keyof Questions];

export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'desk'; readonly session: number; readonly desk: Desk; readonly clock: Clock }
  /** What the worker may not hide from whoever watches the page: refused by the content policy, or our own mistake. */
  | { readonly kind: 'trouble'; readonly message: string };

export interface Clock {
  /** 0: it stands. */
  readonly speed: number;
  /** The laptop does not keep up with that speed: it runs as fast as it can. */
  readonly isLimited: boolean;
}
