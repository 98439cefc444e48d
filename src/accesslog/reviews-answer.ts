import { isObject, type JsonObject } from './log-entry.ts';
import type { PageLook, Stars } from './stars.ts';

/**
 * What Bookinfo's reviews answered to `GET /reviews/0` -> the look of the page that it makes (istio/istio,
 * samples/bookinfo/src/reviews/.../LibertyRestEndpoint.java): v1 rates nothing, v2 with black stars, v3 with red ones; newer ones name
 * their pod. undefined for what is no such answer.
 */
export function reviewsLook(answer: JsonObject): PageLook | undefined {
  const { reviews, podname } = answer;
  if (!Array.isArray(reviews)) {
    return typeof answer['error'] === 'string' && /reviews/i.test(answer['error'])
      ? { stars: 'error' }
      : undefined;
  }
  const pod = typeof podname === 'string' && podname !== '' && podname !== 'null' ? { pod: podname } : {};
  const ratings = (reviews as readonly unknown[])
    .map((own) => (isObject(own) ? own['rating'] : undefined))
    .filter(isObject);
  const colour = ratings.map((own) => own['color']).find((own) => typeof own === 'string');
  const stars: Stars | undefined =
    colour === undefined ? 'none' : colour === 'black' || colour === 'red' ? colour : undefined;
  if (stars === undefined) return undefined;
  const ratingsFailed = stars === 'none' && ratings.some((own) => 'error' in own);
  return { stars, ...pod, ...(ratingsFailed ? { ratingsFailed: true } : {}) };
}
