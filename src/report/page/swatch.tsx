import type { KeyStyle } from '../palette.ts';

const paths: Readonly<Record<string, string>> = {
  circle: 'M1,6A5,5,0,1,1,11,6A5,5,0,1,1,1,6Z',
  square: 'M1.5,1.5H10.5V10.5H1.5Z',
  diamond: 'M6,0L11,6L6,12L1,6Z',
  'triangle-up': 'M6,1L12,11H0Z',
  'triangle-down': 'M0,1H12L6,11Z',
  cross: 'M4,0H8V4H12V8H8V12H4V8H0V4H4Z',
};

/** The sign of a key, small enough for a line of text. */
export const Swatch = ({ of: { colour, shape } }: { readonly of: KeyStyle }) => (
  <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">
    <path fill={colour} d={paths[shape] ?? paths['circle']!} />
  </svg>
);
