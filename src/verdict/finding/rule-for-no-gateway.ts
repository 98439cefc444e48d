import { ownerText } from '../../manifest/rule-name.ts';
import type { FindingRecord } from '../../record/finding.ts';
import { listed } from '../../words/listed.ts';
import { during } from './during.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** A rule that is bound to a Gateway that is not there, and to nothing else. */
export const ruleForNoGateway: FindingKind = {
  code: 'rule-for-no-gateway',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    for (const [index, { rules, calls, fromSeconds }] of record.mesh.entries()) {
      const toSeconds = record.mesh[index + 1]?.fromSeconds ?? record.scenario.durationSeconds;
      for (const { owner: of, inert, destinations } of rules) {
        if (inert?.by !== 'gateway') continue;
        const owner = ownerText(of);
        const isCalled = calls.some(({ service }) => destinations.some((own) => own.service === service));
        const before = found.get(owner);
        const since = before?.harm.fromSeconds ?? fromSeconds;
        const names = `Gateway${inert.gateways.length === 1 ? '' : 's'} ${listed(inert.gateways)}`;
        found.set(owner, {
          code: 'rule-for-no-gateway',
          level: isCalled || before?.level === 'harms' ? 'harms' : 'note',
          sentence: `${during(record, since, toSeconds)}${owner} acts for nobody: it is bound to ${names} alone, and the manifests have no such Gateway.`,
          evidence: [],
          harm: { ...noHarm, fromSeconds: since, toSeconds },
          why: 'A VirtualService with gateways acts there alone, and for sidecars only where `mesh` is one of them; a name without a namespace is that of a Gateway in its own.',
          remedies: [
            byHand(
              `Correct the name among the gateways of ${owner}, add the manifest of that Gateway, or write mesh there for who calls from inside.`,
            ),
          ],
          look: 'callers',
          trace: null,
        });
      }
    }
    return [...found.values()];
  },
};
