import type { DeskPod, DeskService } from '../../experiment/session/desk.ts';
import type { Language } from '../language/language.ts';
import { meshWords } from '../language/mesh.ts';
import { countIn } from '../language/number.ts';
import type { Look } from './look.ts';
import type { Box } from './mesh-layout.ts';

interface MeshBoxProps {
  readonly box: Box;
  readonly service: DeskService | undefined;
  readonly proxies: { readonly current: number; readonly all: number };
  /** Undefined: it is no version. */
  readonly look: Look | undefined;
  readonly language: Language;
}

/** One service, or one version of it: its rate, its errors, its pods, and how many of its proxies hold the latest rule. */
export function MeshBox({ box, service, proxies, look, language }: MeshBoxProps) {
  const words = meshWords[language];
  const errors = service?.errorsPerSecond ?? 0;
  const waiting = service?.pods.reduce((sum, pod) => sum + pod.waiting, 0) ?? 0;
  const name = box.version === '' ? box.name : box.version;
  const rate = words.rate(service?.perSecond ?? 0);
  // Where there is none, the wire still says it.
  const hasRoom = errors > 0 && (rate.length + 3 + countIn(language, errors).length) * 6.2 < box.width - 12;
  return (
    <g transform={`translate(${box.x.toFixed(1)},${box.y.toFixed(1)})`} class={look?.hue ?? 'hue-plain'}>
      <rect
        class={look === undefined ? 'mesh-box' : 'mesh-box is-version'}
        width={box.width.toFixed(1)}
        height={box.height}
        rx="6"
      />
      <text class="mesh-name" x="9" y="20">
        <title>{name}</title>
        {shortened(name, box.width - 16)}
      </text>
      <text class="mesh-rate" x="9" y="36">
        {rate}
        {hasRoom && <tspan class="is-bad"> ✕ {countIn(language, errors)}</tspan>}
      </text>
      <Pods pods={service?.pods ?? []} width={box.width} waiting={waiting} language={language} />
      {proxies.all > 0 && (
        <Badge key={proxies.current === proxies.all ? 'held' : 'older'} x={box.width} {...proxies} />
      )}
    </g>
  );
}

/** Cut to what the box holds, at about 7 units a letter of bold type. */
const shortened = (name: string, width: number): string => {
  const letters = Math.floor(width / 7.1);
  return name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
};

const podSize = 9;
const podStep = 12;

/** A square a pod: full when ready, dashed while it starts, crossed when it is not ready, faint while it ends; its queue stands on it. */
function Pods({
  pods,
  width,
  waiting,
  language,
}: {
  readonly pods: readonly DeskPod[];
  readonly width: number;
  readonly waiting: number;
  readonly language: Language;
}) {
  const words = meshWords[language];
  const long = words.waiting(waiting);
  const hasRoom = width - 18 - long.length * 6.2 >= 3 * podStep;
  const waitingText = waiting === 0 ? '' : hasRoom ? long : countIn(language, waiting);
  const room = width - 18 - waitingText.length * 6.2;
  const fitting = Math.max(1, Math.floor(room / podStep));
  const shown = pods.length <= fitting ? pods : pods.slice(0, Math.max(0, fitting - 2));
  const more = pods.length - shown.length;
  return (
    <g transform="translate(9,46)">
      {shown.map((pod, i) => (
        <g key={pod.name} transform={`translate(${i * podStep},0)`}>
          <title>{`${pod.name}: ${words.states[pod.state]}${pod.waiting > 0 ? `, ${words.waiting(pod.waiting)}` : ''}`}</title>
          <rect
            class={`mesh-pod is-${pod.state.replace(' ', '-')}`}
            width={podSize}
            height={podSize}
            rx="2"
          />
          {pod.state === 'not ready' && <path class="mesh-pod-cross" d="M2,2L7,7M7,2L2,7" />}
          {pod.waiting > 0 && (
            // Grows with each tenfold: 1, 10, 100 waiting are a third, two thirds, all of the square.
            <rect
              class="mesh-queue"
              x="2.5"
              width="4"
              y={(podSize - queueHeight(pod.waiting)).toFixed(1)}
              height={queueHeight(pod.waiting).toFixed(1)}
            />
          )}
        </g>
      ))}
      {more > 0 && (
        <text class="mesh-small" x={shown.length * podStep + 1} y="8.5">
          {words.more(more)}
        </text>
      )}
      {waiting > 0 && (
        <text class="mesh-small is-waiting" x={width - 17} y="8.5" text-anchor="end">
          {waitingText}
        </text>
      )}
    </g>
  );
}

const queueHeight = (waiting: number): number => Math.min(podSize, (Math.log10(waiting) + 1) * (podSize / 3));

/** A pie of the proxies that hold the latest rule, with the numbers; it turns over when all do. */
function Badge({ x, current, all }: { readonly x: number; readonly current: number; readonly all: number }) {
  const text = `${current}/${all}`;
  const width = 21 + text.length * 6;
  const isHeld = current === all;
  return (
    <g transform={`translate(${(x - width + 6).toFixed(1)},-9)`}>
      <g class={isHeld ? 'mesh-badge is-held' : 'mesh-badge'}>
        <rect width={width} height="17" rx="8.5" />
        {isHeld ? (
          <path class="mesh-badge-sign" d="M5.5,8.8L8,11.3L12.5,6" />
        ) : (
          <>
            <circle class="mesh-badge-ring" cx="9" cy="8.5" r="4.5" />
            {current > 0 && <path class="mesh-badge-pie" d={pie(current / all)} />}
          </>
        )}
        <text x="16" y="12.4">
          {text}
        </text>
      </g>
    </g>
  );
}

/** A slice from the top, clockwise, around (9, 8.5). */
function pie(share: number): string {
  const angle = 2 * Math.PI * share;
  const x = 9 + 4.5 * Math.sin(angle);
  const y = 8.5 - 4.5 * Math.cos(angle);
  return `M9,8.5V4A4.5,4.5,0,${share > 0.5 ? 1 : 0},1,${x.toFixed(2)},${y.toFixed(2)}Z`;
}
