/** What a product page of Bookinfo shows in place of the reviews. */
export type Stars = 'none' | 'black' | 'red' | 'error';

export interface PageLook {
  /** No stars, black stars, red stars, or the sentence that reviews could not be fetched. */
  readonly stars: Stars;
  /** The pod that served the reviews, where the page names it (Bookinfo 1.17 and later). */
  readonly pod?: string;
  /** The reviews came without stars because their ratings call failed: v2 and v3 then look like v1. */
  readonly ratingsFailed?: true;
}

/**
 * What a product page shows, or undefined where the text is no product page of Bookinfo. Read from the markup of both its
 * generations (istio/istio, samples/bookinfo/src/productpage/templates/productpage.html): until 2023 a coloured `<font>`
 * around glyphicon stars, since then a `<div>` whose class has the colour around drawn stars. That page writes its error
 * messages in a red of its own, so the red alone says nothing.
 */
export function pageLook(body: string): PageLook | undefined {
  const pod = servedBy.exec(body)?.[1];
  const named = pod === undefined ? {} : { pod };
  if (fetchError.test(body)) return { stars: 'error' };
  const colour = fontStars.exec(body)?.[1] ?? drawnStars.exec(body)?.[1];
  if (colour !== undefined) {
    return colour === 'black' || colour === 'red' ? { stars: colour, ...named } : undefined;
  }
  if (!reviewsHeading.test(body)) return undefined;
  return { stars: 'none', ...named, ...(ratingsError.test(body) ? { ratingsFailed: true } : {}) };
}

/**
 * The version that a look stands for in the Bookinfo of Istio's samples: the pod's own word first, then the stars.
 * undefined for an error, and for stars that are missing because the ratings are.
 */
export function versionOf(look: PageLook): string | undefined {
  const named = /-(v\d+)-[a-z0-9]+-[a-z0-9]+$/.exec(look.pod ?? '')?.[1];
  return named ?? (look.ratingsFailed === true ? undefined : versions[look.stars]);
}

const versions: Readonly<Record<Stars, string | undefined>> = {
  none: 'v1',
  black: 'v2',
  red: 'v3',
  error: undefined,
};

const fetchError = /Error fetching product reviews/;
const ratingsError = /Ratings service is currently unavailable/;
const reviewsHeading = /Book Reviews/;
const fontStars = /<font color="(\w+)">(?:\s|<!--[^>]*-->)*<span class="glyphicon glyphicon-star/;
const drawnStars = /<div class="[^"]*\btext-(\w+)-500\b[^"]*">\s*<svg\b/;
const servedBy = /Reviews served by:\s*(?:<\/dt>)?\s*(?:<u>)?\s*([A-Za-z0-9][\w.-]*)/;
