import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Desk, DeskEdge, DeskService } from '../../experiment/session/desk.ts';
import type { Language } from '../language/language.ts';
import { meshWords } from '../language/mesh.ts';
import { looksOf } from './look.ts';
import { MeshBox } from './mesh-box.tsx';
import { meshDots } from './mesh-dots.ts';
import { isSameCall, meshLayout, nameOfCall, pathOf, pointOn, type Wire } from './mesh-layout.ts';
import { MeshTable } from './mesh-table.tsx';
import { proxiesOf } from './mesh-proxies.ts';
import './mesh.css';

interface MeshProps {
  readonly desk: Desk;
  readonly language: Language;
}

/** The mesh as a living picture, or the same as tables. Boxes never move; values, dots and badges do. */
export function Mesh({ desk, language }: MeshProps) {
  const words = meshWords[language];
  const [isTable, setTable] = useState(false);
  const [dotIs, setDotIs] = useState(1);
  const held = desk.proxies.filter((proxy) => proxy.isCurrent).length;
  const all = desk.proxies.length;
  return (
    <section class="panel mesh" aria-label={words.title}>
      <div class="panel-head">
        <h2 class="panel-title">{words.title}</h2>
        {!isTable && <span class="quiet">{lessMotion() ? words.noDots : words.dotIs(dotIs)}</span>}
        <button type="button" class="button push" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {words.asTable}
        </button>
      </div>
      {isTable ? (
        <MeshTable desk={desk} language={language} />
      ) : (
        <Picture desk={desk} language={language} onScale={setDotIs} />
      )}
      <p class={held < all ? 'mesh-held is-travelling' : 'mesh-held'}>
        {all === 0 ? words.noProxies : held === all ? words.allHeld(all) : words.someHeld(held, all)}
      </p>
      {!isTable && (
        <p class="quiet">
          {words.legend} {words.legendErrors} {all > 0 && words.legendBadge}
        </p>
      )}
    </section>
  );
}

const lessMotion = (): boolean =>
  typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;

function Picture({ desk, language, onScale }: MeshProps & { readonly onScale: (n: number) => void }) {
  const words = meshWords[language];
  const picture = useRef<SVGSVGElement>(null);
  const isNarrow = useIsNarrow(picture);
  // Names alone decide where things stand. A gateway that nobody comes to has no place.
  const services = desk.services.filter(
    ({ name, pods }) => pods.length > 0 || desk.edges.some(({ from }) => from === name),
  );
  const names = JSON.stringify([
    services.map(({ name, version }) => [name, version]),
    desk.edges.map(nameOfCall),
  ]);
  const layout = useMemo(() => meshLayout(services, desk.edges, isNarrow), [names, isNarrow]);
  const lookOf = looksOf(desk.versions);
  const hueOf = (version: string): string => (version === '' ? 'hue-plain' : lookOf(version).hue);
  const dots = useDots(desk, layout.wires, hueOf, onScale);
  const serviceOf = (name: string, version: string): DeskService | undefined =>
    desk.services.find((own) => own.name === name && own.version === version);
  const edgeOf = (wire: Wire): DeskEdge | undefined => desk.edges.find((edge) => isSameCall(edge, wire));
  const said = desk.edges
    .filter((edge) => edge.perSecond > 0)
    .map((edge) =>
      words.edge(
        `${edge.from} ${edge.fromVersion}`.trim(),
        `${edge.to} ${edge.version}`.trim(),
        words.rate(edge.perSecond),
      ),
    );
  if (layout.boxes.length === 0) return <p class="quiet">{words.nothing}</p>;
  return (
    <svg
      ref={picture}
      class={isNarrow ? 'mesh-picture is-narrow' : 'mesh-picture'}
      viewBox={`0 0 ${layout.width} ${layout.height.toFixed(1)}`}
      role="img"
      aria-label={words.describe(said.length === 0 ? words.nothing : said.join('; '))}
    >
      {layout.frames.map((frame) => (
        <rect
          key={frame.name}
          class="mesh-frame"
          x={frame.x}
          y={frame.y}
          width={frame.width}
          height={frame.height}
          rx="8"
        />
      ))}
      {layout.wires.map((wire) => {
        const edge = edgeOf(wire);
        return (
          <path
            key={nameOfCall(wire)}
            class={`mesh-wire ${hueOf(wire.version)} ${(edge?.perSecond ?? 0) > 0 ? '' : 'is-idle'}`}
            d={pathOf(wire)}
            stroke-width={widthOf(edge?.perSecond ?? 0)}
          />
        );
      })}
      <g ref={dots} class="mesh-dots" />
      {layout.frames.map((frame) => (
        <text key={frame.name} class="mesh-frame-name" x={frame.x + 8} y={frame.y + 17}>
          {frame.name}
        </text>
      ))}
      {layout.boxes.map((box) => (
        <MeshBox
          key={`${box.name} ${box.version}`}
          box={box}
          service={serviceOf(box.name, box.version)}
          proxies={proxiesOf(desk, serviceOf(box.name, box.version))}
          look={box.version === '' ? undefined : lookOf(box.version)}
          language={language}
        />
      ))}
      {layout.wires.map((wire) => {
        const errors = edgeOf(wire)?.errorsPerSecond ?? 0;
        if (errors <= 0) return null;
        const { x, y } = errorsAt(wire, isNarrow);
        return (
          <text
            key={`errors ${nameOfCall(wire)}`}
            class="mesh-wire-errors"
            text-anchor={isNarrow ? 'middle' : 'end'}
            x={x.toFixed(1)}
            y={y.toFixed(1)}
          >
            ✕ {words.rate(errors)}
          </text>
        );
      })}
    </svg>
  );
}

/** Beside the end of a wire, on the side where no other wire runs. */
function errorsAt(wire: Wire, isNarrow: boolean): { readonly x: number; readonly y: number } {
  if (isNarrow) {
    const { x, y } = pointOn(wire, 0.6);
    return { x, y };
  }
  const [, y0, , , , , x3, y3] = wire.curve;
  return { x: x3 - 5, y: y3 < y0 ? y3 - 7 : y3 + 15 };
}

/** From a hair for nothing to 7 units for thousands a second: each factor of ten adds 1.7. */
const widthOf = (perSecond: number): string =>
  (perSecond <= 0 ? 1 : Math.min(7, 1.6 + 1.7 * Math.log10(1 + perSecond))).toFixed(1);

/** Whether the drawing has little width: then columns become rows. */
function useIsNarrow(picture: { readonly current: SVGSVGElement | null }): boolean {
  const [isNarrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    const holder = picture.current?.parentElement;
    if (holder === null || holder === undefined) return undefined;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const look = (): void => setNarrow(holder.clientWidth < 27 * rem);
    look();
    const watcher = new ResizeObserver(look);
    watcher.observe(holder);
    return () => watcher.disconnect();
  }, []);
  return isNarrow;
}

/** Sends the requests of each new desk along the wires; not while the page is hidden, nor where less motion is wished. */
function useDots(
  desk: Desk,
  wires: readonly Wire[],
  hueOf: (version: string) => string,
  onScale: (n: number) => void,
) {
  const holder = useRef<SVGGElement>(null);
  const dots = useRef<ReturnType<typeof meshDots> | undefined>(undefined);
  const lastUs = useRef(desk.nowUs);
  useEffect(() => {
    if (holder.current === null) return undefined;
    dots.current = meshDots(holder.current, hueOf, onScale);
    return () => dots.current?.stop();
  }, [wires]);
  useEffect(() => {
    const elapsed = Math.max(0, desk.nowUs - lastUs.current) / 1_000_000;
    lastUs.current = desk.nowUs;
    if (document.hidden || lessMotion()) return;
    const { sampled } = desk;
    const made = desk.edges.reduce((sum, edge) => sum + edge.perSecond, 0) * elapsed;
    dots.current?.show(sampled, Math.max(sampled.length, sampled.length < 60 ? 0 : made), wires);
  }, [desk]);
  return holder;
}
