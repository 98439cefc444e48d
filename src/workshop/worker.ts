import './without-eval.ts';
import { checkText } from '../experiment/session/check-text.ts';
import { written, type FolderTexts, type Setups } from '../experiment/session/folder.ts';
import { fromFragment, toFragment } from '../experiment/session/link.ts';
import { Live, sessionFolder } from '../experiment/session/live.ts';
import { newRule, ruleInForce, withWeights } from '../experiment/session/rule-in-force.ts';
import { playSeats } from '../experiment/session/seats.ts';
import { setupsOf } from '../experiment/session/setups.ts';
import { toJson } from '../record/to-json.ts';
import type { Desk } from '../experiment/session/desk.ts';
import type { Clock, FromPage, FromWorker, Questions } from './wire.ts';

/**
 * The engine's side of the page: one session, a clock that drives it, and answers to the page's questions. Questions are taken
 * one after the other, each between two slices of the clock.
 */
const scope = self as unknown as {
  postMessage(message: FromWorker): void;
  addEventListener(type: string, listener: (event: never) => void): void;
};

let setups: Setups = () => undefined;
let live: Live | undefined;
/** Number of the session that is open, as the page gave it. */
let shown = 0;
let clock: Clock = { speed: 0, isLimited: false };
/** Where the clock stops by itself; undefined: nowhere before the end. It looks every so many microseconds of the model. */
let goal: { readonly isReached: () => boolean; readonly everyUs: number } | undefined;
/** Not beyond this moment, where a goal is one. */
let goalUs = Infinity;
/** Model time and wall time at which the clock last kept its pace. */
let paceUs = 0;
let paceMs = 0;
let shownMs = -Infinity;
let isDue = false;

const say = (message: FromWorker): void => scope.postMessage(message);

const answers: {
  [K in keyof Questions]: (
    ask: Questions[K]['ask'],
  ) => Promise<Questions[K]['answer']> | Questions[K]['answer'];
} = {
  async open({ session, untilUs, number }) {
    stop();
    const { value, problems } = await Live.open(session, setups);
    if (value === undefined) return problems;
    live = value;
    shown = number;
    live.runUntil(untilUs);
    show();
    return problems;
  },
  async act({ act }) {
    const session = opened();
    const done = await session.act(act);
    // Where the clock stands, it goes on until the pages that were asked for are there: time moves because somebody acted.
    if (act.do === 'refresh' && clock.speed === 0 && goal === undefined) {
      const most = session.nowUs + patienceUs;
      goal = { isReached: () => session.waiting === 0 || session.nowUs >= most, everyUs: 5_000 };
      wake();
    }
    keepPace();
    show();
    return done;
  },
  run({ speed }) {
    opened();
    goal = undefined;
    goalUs = Infinity;
    clock = { speed, isLimited: false };
    keepPace();
    wake();
    show();
    return undefined;
  },
  until({ until }) {
    const session = opened();
    clock = { speed: 0, isLimited: false };
    goalUs = Infinity;
    if (until === 'next') {
      goal = undefined;
      session.step();
      show();
      return undefined;
    }
    const most = session.nowUs + 120_000_000;
    goal =
      until === 'held'
        ? { isReached: () => session.isSettled || session.nowUs >= most, everyUs: 20_000 }
        : { isReached: () => session.nowUs >= until, everyUs: Infinity };
    if (until !== 'held') goalUs = until;
    wake();
    return undefined;
  },
  rewind({ toUs }) {
    stop();
    opened().rewind(toUs);
    show();
    return undefined;
  },
  check: ({ text }) => checkText(text, ruleFile, opened().scenario.focus, opened().registry),
  rule() {
    const { registry, scenario } = opened();
    return ruleInForce(registry, scenario.focus) ?? newRule(scenario.focus, evenly(opened().desk()));
  },
  weigh: ({ text, weights }) => withWeights(text, opened().scenario.focus, weights),
  link: ({ page }) => toFragment({ session: opened().session, endUs: opened().folderEndUs, page }),
  read: ({ fragment }) => fromFragment(fragment),
  async folder({ page }) {
    const session = opened();
    const { value } = await session.folder();
    if (value === undefined) throw new Error('the session has no folder');
    const { record } = session.finishAs(value.scenario);
    const fragment = await toFragment({ session: session.session, endUs: session.folderEndUs, page });
    return {
      files: value.files,
      fragment,
      command: `npx meshshift new ${sessionFolder} --from '#${fragment}' && npx meshshift run ${sessionFolder}`,
      fingerprint: await sha256(toJson(record)),
    };
  },
  findings: () => opened().findings(),
  async seats({ session, seeds, refreshes }) {
    const { value } = await written({ ...session, journal: [] }, setups, sessionFolder);
    return value === undefined ? [] : playSeats(value.scenario, seeds, refreshes);
  },
};

/** All versions alike: what a rule may begin with where there is none. */
function evenly({ versions }: Desk): Record<string, number> {
  const each = Math.floor(100 / Math.max(1, versions.length));
  const rest = 100 - each * versions.length;
  return Object.fromEntries(versions.map(({ key }, place) => [key, each + (place === 0 ? rest : 0)]));
}

function opened(): Live {
  if (live === undefined) throw new Error('no session is open');
  return live;
}

function stop(): void {
  goalUs = Infinity;
  clock = { speed: 0, isLimited: false };
  goal = undefined;
}

function keepPace(): void {
  paceUs = live?.nowUs ?? 0;
  paceMs = performance.now();
}

/** One slice after the other, with a turn for the page's questions between them. */
const turn = new MessageChannel();
turn.port1.onmessage = () => {
  isDue = false;
  slice();
};
function wake(): void {
  if (isDue || live === undefined) return;
  isDue = true;
  turn.port2.postMessage(undefined);
}

function slice(): void {
  if (live === undefined || (clock.speed === 0 && goal === undefined)) return;
  const beganMs = performance.now();
  const wantedUs =
    goal !== undefined || clock.speed === Infinity
      ? Infinity
      : paceUs + (beganMs - paceMs) * 1000 * clock.speed;
  const endUs = Math.min(Math.floor(wantedUs), goal === undefined ? Infinity : goalUs, live.endUs);
  while (live.nowUs < endUs && performance.now() - beganMs < sliceMs && goal?.isReached() !== true) {
    const startMs = performance.now();
    live.runUntil(Math.min(endUs, Math.floor(live.nowUs + Math.min(stepUs, goal?.everyUs ?? Infinity))));
    const tookMs = performance.now() - startMs;
    if (tookMs > 4) stepUs = Math.max(1000, stepUs / 2);
    else if (tookMs < 1) stepUs = Math.min(1e6, stepUs * 1.5);
  }
  if (goal?.isReached() === true || live.nowUs >= live.endUs) {
    stop();
    show();
    return;
  }
  const behindMs =
    clock.speed > 0 && Number.isFinite(wantedUs) ? (wantedUs - live.nowUs) / 1000 / clock.speed : 0;
  if (behindMs > 250) keepPace();
  if (behindMs > 250 !== clock.isLimited && goal === undefined)
    clock = { ...clock, isLimited: behindMs > 250 };
  if (performance.now() - shownMs >= 1000 / 30) show();
  if (live.nowUs >= endUs) setTimeout(wake, 4);
  else wake();
}

const sliceMs = 8;
/** Model time of a step: as much as takes between one and four milliseconds. */
let stepUs = 10_000;
/** What a page may take before the clock stops waiting for it. */
const patienceUs = 30_000_000;

const ruleFile = 'rule.yaml';

function show(): void {
  if (live === undefined) return;
  shownMs = performance.now();
  say({ kind: 'desk', session: shown, desk: live.desk(), clock });
}

async function sha256(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const { subtle } = globalThis.crypto;
  // A page from a file is no secure context everywhere: then there is no such function, and no fingerprint.
  if (subtle === undefined) return '';
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

let last: Promise<void> = Promise.resolve();
scope.addEventListener(
  'message',
  (
    event: MessageEvent<
      FromPage | { readonly kind: 'setups'; readonly texts: Readonly<Record<string, FolderTexts>> }
    >,
  ) => {
    const { data } = event;
    if ('kind' in data) {
      setups = setupsOf(data.texts);
      return;
    }
    last = last.then(async () => {
      try {
        const answer = await answers[data.what](data.ask as never);
        say({ kind: 'answer', id: data.id, answer });
      } catch (error) {
        say({
          kind: 'trouble',
          message: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
        say({ kind: 'answer', id: data.id, answer: undefined });
      }
    });
  },
);
scope.addEventListener('securitypolicyviolation', (event: SecurityPolicyViolationEvent) => {
  say({ kind: 'trouble', message: `content policy: ${event.violatedDirective} ${event.blockedURI}` });
});
