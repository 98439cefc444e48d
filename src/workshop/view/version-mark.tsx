import type { Look } from './look.ts';

/** Five corners out (radius 7.6) and five in (0.382 of it), by steps of 36 degrees. */
const star = `M${Array.from({ length: 10 }, (_, i) => {
  const radius = i % 2 === 0 ? 7.6 : 2.9;
  const angle = (Math.PI / 5) * i - Math.PI / 2;
  return `${(radius * Math.cos(angle)).toFixed(2)},${(radius * Math.sin(angle) + 0.6).toFixed(2)}`;
}).join('L')}Z`;

/** Shapes in a box from -8 to 8; a ring (Bookinfo's page without stars) is the one that is not filled. */
const shapes: Readonly<Record<string, string>> = {
  star,
  ring: 'M-4.6,0A4.6,4.6,0,1,1,4.6,0A4.6,4.6,0,1,1,-4.6,0Z',
  circle: 'M-5.5,0A5.5,5.5,0,1,1,5.5,0A5.5,5.5,0,1,1,-5.5,0Z',
  square: 'M-5,-5H5V5H-5Z',
  diamond: 'M0,-7L7,0L0,7L-7,0Z',
  'triangle-up': 'M0,-6L6.5,5.5H-6.5Z',
  'triangle-down': 'M0,6L6.5,-5.5H-6.5Z',
  cross: 'M-2,-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z',
};

/** The sign of a version. What it says stands beside it in words. */
export function VersionMark({ look }: { readonly look: Look }) {
  return (
    <svg class={`version-mark ${look.hue}`} viewBox="-8 -8 16 16" aria-hidden="true">
      <path
        class={look.shape === 'ring' ? 'is-ring' : 'is-filled'}
        d={shapes[look.shape] ?? shapes['circle']}
      />
    </svg>
  );
}
