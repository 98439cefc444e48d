import { bookinfoApp } from '../../mesh/app/bookinfo.ts';
import { readYaml } from '../../manifest/located.ts';
import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';
import { matches, type Labels } from '../../manifest/labels.ts';
import { manifestText } from '../../manifest/write.ts';
import type { Call } from './calls.ts';
import { isLoad } from './role.ts';
import { idOf, type Workload } from './system.ts';
import { yamlMap, yamlWord } from './yaml-word.ts';

/** One entry of the app file: workloads that the same labels find behave alike. */
interface Entry {
  readonly workload: Workload;
  readonly match: Labels;
}

/**
 * The app file: every workload that serves, with the numbers of the scenario in place of what nobody knows, and its calls.
 *
 * @param hasBoot the scenario has a number for how long containers take.
 */
export function appText(
  name: string,
  workloads: readonly Workload[],
  callsOf: ReadonlyMap<string, readonly Call[]>,
  hasBoot: boolean,
): string {
  const entries = entriesOf(workloads.filter((own) => !own.isGateway));
  return `apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: ${yamlWord(name)} }
# What each workload does with a request. $cpu and $wait stand for numbers of scenario.yaml, the same for all: whatever you know of
# one workload, write here in place of the name. A call with \`guess\` is taken to be made for the reason given: delete the word
# \`guess\` with its reason once you know, or the whole call if it is not made.
spec:
  workloads:
${entries.map((own) => entryText(own, callsOf.get(idOf(own.workload)) ?? [], hasBoot)).join('')}`;
}

function entryText({ workload, match }: Entry, calls: readonly Call[], hasBoot: boolean): string {
  const known = bookinfoEntry(workload);
  const { kind, namespace, services } = workload;
  const behind =
    services.length === 0
      ? 'no Service: nobody calls it'
      : `behind ${services.map((own) => own.name).join(', ')}`;
  const title = `    # ${kind} ${namespace}/${workload.name}, ${behind}\n`;
  if (known !== undefined)
    return `${title}    # Istio's Bookinfo: calls, tries and timeouts are the application's own, times are chosen.\n${known}`;
  const head = `${title}    - name: ${yamlWord(workload.name)}\n      match: ${yamlMap(match)}\n${hasBoot ? '      boot: $boot\n' : ''}`;
  const begins = services.length === 0 || isLoad(workload);
  if (begins && calls.length === 0) return head;
  if (begins) return `${head}      # What it asks for by itself stands in the traffic of scenario.yaml.\n`;
  return `${head}      script:
        - work: { dist: exponential, mean: $wait }
        - cpu: { dist: exponential, mean: $cpu }
${calls.map(callText).join('')}`;
}

const callText = ({ host, port, reason }: Call): string =>
  `        - call: ${yamlMap({
    host,
    port: port.number,
    ...(port.isTcp ? { protocol: 'tcp' } : {}),
    guess: reason,
  })}\n`;

/** Labels by which an entry finds its pods and no others: those of the selector, or all where they find more. */
function entriesOf(workloads: readonly Workload[]): Entry[] {
  const found: Entry[] = [];
  for (const workload of workloads) {
    const own = { ...workload.selector };
    const isOwn =
      Object.keys(own).length > 0 &&
      workloads.every((other) => other === workload || !matches(own, other.labels));
    const match = isOwn ? own : withoutHashes(workload.labels);
    if (Object.keys(match).length === 0) continue;
    if (found.some((other) => sameMap(other.match, match))) continue;
    found.push({ workload, match });
  }
  // The first entry that fits wins: what asks for more comes first.
  return found.sort((a, b) => Number(covers(a.match, b.match)) - Number(covers(b.match, a.match)));
}

const hashes = [
  'pod-template-hash',
  'controller-revision-hash',
  'rollouts-pod-template-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'pod-template-generation',
];
const withoutHashes = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !hashes.includes(key)));
const sameMap = (a: Labels, b: Labels): boolean => matches(a, b) && matches(b, a);
const covers = (a: Labels, b: Labels): boolean => matches(a, b) && !sameMap(a, b);

/** Of Bookinfo, whose sources are known, the entry of the application that comes with meshshift. */
function bookinfoEntry(workload: Workload): string | undefined {
  const own = bookinfoData(workload);
  if (own === undefined) return undefined;
  const lines = manifestText(own).trimEnd().split('\n');
  return lines.map((line, row) => `    ${row === 0 ? '- ' : '  '}${line}\n`).join('');
}

function bookinfoData({ template, labels }: Workload): Data | undefined {
  const images = listOf(mapOf(template['spec'])['containers']).map(({ image }) => String(image));
  if (!images.some((own) => /examples-bookinfo-(productpage|details|reviews|ratings)/.test(own)))
    return undefined;
  const { documents } = readYaml('bookinfo', bookinfoApp);
  const entries = listOf(mapOf(mapOf(documents[0]?.data)['spec'])['workloads']);
  return entries.find(({ match }) => matches(match as Labels, labels));
}

/** Hosts that a workload of Bookinfo calls; undefined: it is none. */
export function bookinfoCalls(workload: Workload): readonly string[] | undefined {
  const own = bookinfoData(workload);
  if (own === undefined) return undefined;
  return listOf(own['script']).flatMap(({ call }) =>
    call === undefined ? [] : [String(mapOf(call)['host'])],
  );
}
