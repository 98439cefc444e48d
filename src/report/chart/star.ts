import { page } from '../palette.ts';

/**
 * What a browser sees of one reviews page, as paths in a box from -1 to 1 (Vega scales them by the square root of the size).
 * Bookinfo shows two reviews; with ratings, five stars and four stars (samples/bookinfo in Istio's sources).
 */
export const paperPath = 'M-0.8,-1L0.45,-1L0.8,-0.65L0.8,1L-0.8,1Z';
export const foldPath = 'M0.45,-1L0.45,-0.65L0.8,-0.65';
export const writingPath =
  'M-0.55,-0.7L0.2,-0.7M-0.55,-0.45L0.5,-0.45M-0.55,-0.2L0.35,-0.2M-0.55,0.3L0.5,0.3M-0.55,0.55L0.4,0.55';
export const starsPath = [
  ...[-0.52, -0.26, 0, 0.26, 0.52].map((x) => starPath(x, 0.04)),
  ...[-0.52, -0.26, 0, 0.26].map((x) => starPath(x, 0.79)),
].join('');
export const crossPath = 'M-0.4,-0.25L0.4,0.55M0.4,-0.25L-0.4,0.55';
export const questionPath = 'M-0.25,0.05A0.25,0.25,0,1,1,0.12,0.25L0,0.33L0,0.45M0,0.62L0,0.7';

/** A five-pointed star; the corners are cos and sin of 36 degree steps, the inner radius is 0.382 of the outer. */
function starPath(x: number, y: number): string {
  const radius = 0.135;
  const corners = [
    [0, -1],
    [0.2245, -0.309],
    [0.9511, -0.309],
    [0.3633, 0.118],
    [0.5878, 0.809],
    [0, 0.382],
    [-0.5878, 0.809],
    [-0.3633, 0.118],
    [-0.9511, -0.309],
    [-0.2245, -0.309],
  ].map(([dx, dy]) => `${(x + radius * dx!).toFixed(3)},${(y + radius * dy!).toFixed(3)}`);
  return `M${corners.join('L')}Z`;
}

/** The colour of the stars that a page shows; undefined where it shows none. */
export const starColour: Readonly<Record<string, string>> = { black: page.black, red: page.red };
