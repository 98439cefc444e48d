/**
 * What a client of a mesh prints in place of an answer -> each failure in it, in the words of who failed: the texts that Envoy answers by
 * itself (source/common/router/router.cc, source/extensions/filters/http/fault, rbac, local_ratelimit), and curl's own errors. Empty
 * for all else.
 */
export const errorAnswers = (text: string): string[] =>
  Array.from(text.matchAll(ownText), ([found]) =>
    found.startsWith('curl') ? found : `"${found.replace(/[.,:]$/, '')}"`,
  );

const ownText =
  /no healthy upstream|upstream connect error or disconnect\/reset before headers|upstream request timeout|upstream max stream duration reached|fault filter abort|RBAC: access denied|local_rate_limited|curl: \(\d+\)/g;

/** Whether a line is such a text and nothing else. */
export const isErrorAnswer = (line: string): boolean =>
  /^(?:no healthy upstream|upstream (?:connect error or disconnect|request timeout|max stream)|fault filter abort|RBAC: access denied|local_rate_limited|curl: \(\d+\))/.test(
    line,
  );
