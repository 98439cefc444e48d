import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Redirected } from '../../record/redirect.ts';
import { count, percent, plural, span } from '../../words/number.ts';
import { levelOf, noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** Answers that are no page: the client is sent elsewhere, and nobody in the run goes there. */
export const redirectsElsewhere: FindingKind = {
  code: 'redirected',
  seenIn: (record) => (record.redirects ?? []).map((own) => found(record, own)),
};

function found(record: RunRecord, own: Redirected): FindingRecord {
  const { pages, requests, firstSeconds, lastSeconds, status, to, there, rule, host, caller } = own;
  const all = record.pages.pages;
  const what =
    pages > 0
      ? `${count(pages)} of ${plural(all, 'page')} (${percent(pages / Math.max(1, all), all)})`
      : `${plural(requests, 'request')} to ${host}`;
  const harm = {
    ...noHarm,
    pages,
    requests,
    seconds: Math.ceil(lastSeconds - firstSeconds) || 1,
    fromSeconds: firstSeconds,
    toSeconds: lastSeconds,
  };
  const isServed = there === 'served';
  return {
    code: 'redirected',
    level: isServed ? 'harms' : levelOf(harm, record),
    sentence: `${what} ended in a redirect (${status}) to ${to}, ${ending[there]}`,
    evidence: [`By ${rule}, at the proxies of ${caller}, ${span(firstSeconds, lastSeconds)}.`],
    // What is served there has done no harm that the run would know of.
    harm: isServed ? noHarm : harm,
    why: 'A redirect is no page: the client has to ask again where it leads, and no client of the model does.',
    remedies: [byHand(remedyOf(own))],
    look: 'errors',
    trace: `--where status=${status}`,
  };
}

const ending: Readonly<Record<Redirected['there'], string>> = {
  served: 'which is served here. The redirected request is not followed: the run says nothing of it.',
  nothing: 'and nothing in these manifests serves that: nobody gets further.',
  loops: 'and from there back without end: nobody gets further.',
};

function remedyOf({ to, port, there, rule }: Redirected): string {
  if (there === 'served') return `Let the traffic ask for ${to} at once (port: ${port}).`;
  if (there === 'loops') return `Take the redirect (${rule}) from requests that have come by it already.`;
  const server = to.startsWith('https:') ? 'a server of protocol HTTPS' : 'a server';
  return `Serve ${to}: ${server} on port ${port} of a Gateway, and of its Service, with a rule for the host. Or take the redirect away (${rule}).`;
}
