import type { Cursor } from '../cursor.ts';
import type { CorsPolicy } from '../resource.ts';
import { boolean, duration, list, oneOfWords, struct, text } from '../schema.ts';
import { readStringMatch, stringMatchFields } from './http-match.ts';
import { durationUs, present } from './present.ts';

/** CorsPolicy of istio/api networking/v1alpha3/virtual_service.proto. */
export const corsFields = struct({
  allowOrigin: list(text),
  allowOrigins: list(stringMatchFields),
  allowMethods: list(text),
  allowHeaders: list(text),
  exposeHeaders: list(text),
  maxAge: duration,
  allowCredentials: boolean,
  unmatchedPreflights: oneOfWords('UNSPECIFIED', 'FORWARD', 'IGNORE'),
});

/** Istio's validateCORSPolicy. */
export function checkCors(policy: Cursor): void {
  for (const origin of policy.at('allowOrigins').items) {
    const { exact, prefix, regex } = readStringMatch(origin, 'corsPolicy.allowOrigins');
    if (!exact && !prefix && regex === undefined)
      origin.refuse(`'' is not a valid match type for CORS allow origins`);
  }
  for (const method of policy.at('allowMethods').items) {
    if (method.text !== undefined && !httpMethods.includes(method.text))
      method.refuse(`"${method.text}" is not a supported HTTP method`);
  }
  for (const field of ['allowHeaders', 'exposeHeaders']) {
    for (const header of policy.at(field).items) {
      if (header.text === '') header.refuse('header name cannot be empty');
      else if (header.text !== undefined && header.text !== '*' && !/^[-_A-Za-z0-9]+$/.test(header.text)) {
        header.refuse(`header name ${header.text} is not a valid header name`);
      }
    }
  }
  const maxAgeUs = durationUs(policy.at('maxAge'));
  if (maxAgeUs !== undefined && maxAgeUs % 1_000_000 !== 0)
    policy.at('maxAge').refuse('max_age duration is accurate only to seconds precision');
}

/** allowOrigin is the older list of exact origins; preflights that fit none go on unless IGNORE is written (route.go, TranslateCORSPolicy). */
export function readCors(policy: Cursor): CorsPolicy {
  const origins = policy.at('allowOrigins');
  const maxAgeUs = durationUs(policy.at('maxAge'));
  return {
    allowOrigins: origins.isSet
      ? origins.items.map((own) => readStringMatch(own, 'corsPolicy.allowOrigins'))
      : policy.at('allowOrigin').texts.map((exact) => ({ exact })),
    allowMethods: policy.at('allowMethods').texts,
    allowHeaders: policy.at('allowHeaders').texts,
    exposeHeaders: policy.at('exposeHeaders').texts,
    forwardsUnmatched: policy.at('unmatchedPreflights').text !== 'IGNORE',
    ...present({
      maxAgeSeconds: maxAgeUs === undefined ? undefined : Math.floor(maxAgeUs / 1e6),
      allowCredentials: policy.at('allowCredentials').boolean,
    }),
  };
}

const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE'];
