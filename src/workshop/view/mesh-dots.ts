import type { SampledRequest } from '../../experiment/session/desk.ts';
import { isSameCall, pointOn, type Wire } from './mesh-layout.ts';

/** A request on its way, for the eye: a dot that goes along its wire once. Each is one that was made in the run. */
interface Dot {
  readonly shape: SVGPathElement;
  wire: Wire | undefined;
  bornMs: number;
}

const most = 60;
const lifeMs = 720;
/** A page's calls come one after the other, as deep as they lie. */
const laterMs = 330;
const circle = 'M-3.5,0A3.5,3.5,0,1,1,3.5,0A3.5,3.5,0,1,1,-3.5,0Z';
const diamond = 'M0,-5.5L5.5,0L0,5.5L-5.5,0Z';
const memorySeconds = 2;
/** One dot may stand for so many requests. */
const scales = [1, 2, 5].flatMap((n) => [n, n * 10, n * 100, n * 1000, n * 10_000]).sort((a, b) => a - b);

/**
 * Dots on the wires: at most 60, one loop of animation frames that ends when none is on its way.
 *
 * @param onScale told when one dot begins to stand for another number of requests
 */
export function meshDots(
  holder: SVGGElement,
  hueOf: (version: string) => string,
  onScale: (n: number) => void,
) {
  const dots: Dot[] = [];
  let frame = 0;
  let scale = 1;
  let perSecond = 0;
  let lastMs = performance.now();
  let credit = 0;

  const turn = (nowMs: number): void => {
    let alive = 0;
    for (const dot of dots) {
      if (dot.wire === undefined) continue;
      const t = (nowMs - dot.bornMs) / lifeMs;
      if (t >= 1) {
        dot.wire = undefined;
        dot.shape.setAttribute('visibility', 'hidden');
        continue;
      }
      alive += 1;
      if (t < 0) continue;
      const { x, y } = pointOn(dot.wire, t);
      dot.shape.setAttribute('transform', `translate(${x.toFixed(1)},${y.toFixed(1)})`);
      dot.shape.setAttribute('visibility', 'visible');
    }
    frame = alive > 0 ? requestAnimationFrame(turn) : 0;
  };

  const send = (request: SampledRequest, wire: Wire, nowMs: number): boolean => {
    let dot = dots.find((own) => own.wire === undefined);
    if (dot === undefined) {
      if (dots.length >= most) return false;
      const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      holder.append(shape);
      dot = { shape, wire: undefined, bornMs: 0 };
      dots.push(dot);
    }
    dot.wire = wire;
    dot.bornMs = nowMs + wire.depth * laterMs;
    dot.shape.setAttribute('d', request.failed ? diamond : circle);
    dot.shape.setAttribute(
      'class',
      request.failed ? 'mesh-dot is-failed' : `mesh-dot ${hueOf(request.version)}`,
    );
    dot.shape.setAttribute('visibility', 'hidden');
    return true;
  };

  return {
    /** Requests that have finished since the last time: a sample of `total` that there were. */
    show(sampled: readonly SampledRequest[], total: number, wires: readonly Wire[]): void {
      const nowMs = performance.now();
      // What came lately counts most: a burst after a pause is no stream.
      perSecond = perSecond * Math.exp((lastMs - nowMs) / (1000 * memorySeconds)) + total / memorySeconds;
      lastMs = nowMs;
      // As a page's calls wait for those before them, a dot holds its place for about a second.
      const isTooMany = perSecond / scale > 50;
      const isTooFew = scale > 1 && perSecond / scale < 12;
      if (isTooMany || isTooFew) {
        scale = scales.find((n) => perSecond / n <= 40) ?? scales.at(-1)!;
        onScale(scale);
      }
      credit = Math.min(most, credit + total / scale);
      const wanted = Math.min(Math.floor(credit), sampled.length);
      for (let i = 0; i < wanted; i += 1) {
        const request = sampled[Math.floor((i * sampled.length) / wanted)]!;
        const wire = wires.find((own) => isSameCall(own, request));
        if (wire !== undefined && !send(request, wire, nowMs)) break;
      }
      credit -= wanted;
      if (frame === 0 && dots.some((dot) => dot.wire !== undefined)) frame = requestAnimationFrame(turn);
    },
    stop(): void {
      cancelAnimationFrame(frame);
      frame = 0;
      for (const dot of dots) dot.shape.remove();
      dots.length = 0;
    },
  };
}
