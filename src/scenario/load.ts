import { analyze } from '../manifest/analyze.ts';
import { mapOf } from '../manifest/change/written.ts';
import type { LeftOut } from '../manifest/left-out.ts';
import type { LocatedDocument } from '../manifest/located.ts';
import { notModelled } from '../manifest/not-modelled.ts';
import { parseManifests } from '../manifest/parse.ts';
import type { Checked, Problem } from '../manifest/problem.ts';
import { writtenKind, type Manifest, type Resource } from '../manifest/resource.ts';
import { datedObjects } from './dated.ts';
import { isAuthorizationPolicy } from '../manifest/denies-all.ts';
import { podChangesOf } from './pod-changes.ts';
import { isConfiguration } from '../manifest/configuration.ts';
import { isFlaggerCanary } from '../manifest/flagger-canary.ts';
import { isAnalysisTemplate } from '../manifest/rollout-invalid.ts';
import { isPeerAuthentication } from '../manifest/refuses-plain.ts';
import { isWorkload, type Workload } from '../manifest/scale-target.ts';
import { bookinfoApp } from '../mesh/app/bookinfo.ts';
import { actsAtOnce, controlPlanePresets, type ControlPlane } from '../mesh/istiod/control-plane.ts';
import { applyResources, emptyRegistry } from '../mesh/kubernetes/registry.ts';
import { neverReady } from '../mesh/kubernetes/workload/readiness-probe.ts';
import type { ProxySettings } from '../mesh/envoy/proxies.ts';
import { atPlace } from './at-place.ts';
import { portOfScripts } from './called-port.ts';
import { checkExpectation } from './expect/check-expectation.ts';
import type { Expect } from './expect/index.ts';
import { focusOf, madeByFlagger } from './focus.ts';
import { hashTexts } from './hash.ts';
import { kubernetesOf } from './kubernetes-of.ts';
import { loadApp } from './load-app.ts';
import { loadTimeline, refusedChanges } from './load-timeline.ts';
import { loadTraffic } from './load-traffic.ts';
import { namedService } from './named-service.ts';
import { fillNumbers, guessesOf } from './numbers.ts';
import { checkKind, readDocument } from './read-kind.ts';
import { windowFor, type Rollback, type Scenario, type TimelineStep } from './scenario.ts';
import type { ScenarioFiles } from './scenario-files.ts';
import { scenarioSchema, type ScenarioText } from './schema.ts';
import { setPath } from './set-path.ts';
import { oversizes } from './size.ts';
import { Texts } from './texts.ts';
import { refusedNames, unknownCallers, unknownNames, workloadKinds } from './unknown-names.ts';

/**
 * Scenario text with everything that it names -> one checked Scenario, or every problem of every file at once.
 */
export async function loadScenario(files: ScenarioFiles): Promise<Checked<Scenario>> {
  const { value: document, problems } = readDocument(files.file, files.text, 'Scenario');
  if (document === undefined) return { value: undefined, problems };
  const { data, problems: unset } = overridden(files, document);
  if (unset.length > 0) return { value: undefined, problems: unset };
  const filled = fillNumbers(files.file, document, data, mapOf(mapOf(data)['spec'])['numbers']);
  if (filled.problems.length > 0) return { value: undefined, problems: filled.problems };
  const checked = checkKind(files.file, document, scenarioSchema, filled.data);
  if (checked.value === undefined) return { value: undefined, problems: [...problems, ...checked.problems] };
  return assemble(files, checked.value, { data, used: filled.used }, document, [
    ...problems,
    ...checked.problems,
  ]);
}

/** What is written, changed by `--set`. */
function overridden(
  { set = [] }: ScenarioFiles,
  document: LocatedDocument,
): { readonly data: unknown; readonly problems: readonly Problem[] } {
  if (set.length === 0) return { data: document.data, problems: [] };
  const data = structuredClone(document.data);
  return { data, problems: set.flatMap((assignment) => setPath(data, assignment)) };
}

async function assemble(
  files: ScenarioFiles,
  text: ScenarioText,
  { data, used }: { readonly data: unknown; readonly used: ReadonlySet<string> },
  document: LocatedDocument,
  earlier: readonly Problem[],
): Promise<Checked<Scenario>> {
  const { spec } = text;
  const { file } = files;
  const problems: Problem[] = [...earlier];
  const texts = new Texts(files, document, problems);

  const start = await startOf(spec, texts, problems);
  const timeline = await loadTimeline(spec, start, texts, problems);
  const rollback = await revertOf(spec, start, texts, problems);
  problems.push(...refusedChanges(start.resources, timeline.steps));

  const everything = [
    ...start.resources,
    ...timeline.steps.flatMap((step) => ('resources' in step ? step.resources : [])),
  ];
  const appText = spec.app === 'bookinfo' ? bookinfoApp : await texts.read(spec.app, ['spec', 'app'], 'app');
  const app =
    appText === undefined ? undefined : loadApp(spec.app, appText, spec.numbers, portOfScripts(everything));
  if (app !== undefined) problems.push(...app.problems);

  const manifests = [start, ...timeline.manifests];
  const refused = refusedNames(manifests, workloadKinds);
  problems.push(
    ...unknownNames(file, document, spec, everything, refused),
    ...unknownCallers(file, document, spec, start.resources, refused),
  );
  const traffic = await loadTraffic(spec, everything, texts, file, document, problems);
  problems.push(...checkExpect(file, document, spec, everything, manifests));
  const focus = focusOf(spec.focus, everything);
  if ('problem' in focus) {
    const hints = madeByFlagger(spec.focus, manifests);
    const problem: Problem = { severity: 'error', code: 'MS2018', message: focus.problem, file, ...hints };
    problems.push(atPlace(file, document, ['spec', 'focus'], problem));
  }
  for (const { place, ...own } of oversizes(spec, traffic, everything))
    problems.push(atPlace(file, document, place, { severity: 'error', code: 'MS2016', file, ...own }));
  const isRefused = problems.some(({ severity }) => severity === 'error');
  // What istioctl calls an error the mesh takes, and a run is there to show what comes of it.
  const others = manifests.flatMap((own) => own.others);
  problems.push(...analyze(finalResources(start.resources, timeline.steps), others));
  if (app?.value === undefined || isRefused || 'problem' in focus) return { value: undefined, problems };
  return {
    problems,
    value: {
      ...settingsIn(text),
      path: files.path,
      app: app.value,
      focus: focus.called,
      manifests: start.resources,
      timeline: timeline.steps,
      traffic,
      rollback: rollback === undefined ? undefined : rollbackOf(spec, timeline.steps, rollback.resources),
      expect: spec.expect.map((own) => byRecordedName(own, everything)),
      guesses: guessesOf(spec.numbers, new Set([...used, ...(app.used ?? [])])),
      guessedCalls: app.guessedCalls,
      // That a gateway follows its own rule is how Bookinfo is written: `validate` tells of it.
      warnings: problems.filter(({ severity, code }) => severity !== 'info' && code !== 'IST0140'),
      others: datedObjects(start.others, timeline.others).filter(
        ({ object }) =>
          isPeerAuthentication(object) ||
          isAuthorizationPolicy(object) ||
          isFlaggerCanary(object) ||
          isAnalysisTemplate(object) ||
          isConfiguration(object),
      ),
      ignored: [
        ...notModelled(manifests, podChangesOf(timeline.steps)),
        ...start.resources.filter(isWorkload).flatMap(assumedReady),
        ...timeline.otherwiseInjected.map(newPodsOtherwise),
      ],
      // What was written, not what it was read as: a new setting with a default is no new scenario.
      hash: hashTexts([JSON.stringify(data), appText!, ...texts.all]),
    },
  };
}

/** Manifests that are in force when the run begins. */
async function startOf(
  { manifests }: ScenarioText['spec'],
  texts: Texts,
  problems: Problem[],
): Promise<Manifest> {
  const sources: { file: string; text: string }[] = [];
  for (const [index, file] of manifests.entries()) {
    const text = await texts.read(file, ['spec', 'manifests', index], 'manifest');
    if (text !== undefined) sources.push({ file, text });
  }
  const start = parseManifests(sources);
  problems.push(...start.problems);
  return start.manifest;
}

/** Manifests of the way back; undefined where nobody asks for it. */
async function revertOf(
  { rollback, manifests }: ScenarioText['spec'],
  start: Manifest,
  texts: Texts,
  problems: Problem[],
): Promise<Manifest | undefined> {
  if (rollback === undefined) return undefined;
  const { apply: file } = rollback;
  const text = await texts.read(file, ['spec', 'rollback', 'apply'], 'manifest');
  if (text === undefined) return undefined;
  const revert = parseManifests([{ file, text }], start);
  if (!manifests.includes(file)) problems.push(...revert.problems);
  return revert.manifest;
}

/** What is set in the scenario itself, and asks for nothing in its files. */
const settingsIn = ({ spec, metadata }: ScenarioText) => ({
  name: metadata.name,
  title: metadata.title ?? metadata.name,
  seed: spec.seed,
  durationUs: spec.duration,
  windowUs: spec.window ?? windowFor(spec.duration),
  lateUs: spec.late,
  start: spec.start,
  controlPlane: toControlPlane(spec.controlPlane),
  kubernetes: kubernetesOf(spec),
  proxy: proxyOf(spec.proxy),
  hop: spec.hop,
  handshake: spec.handshake,
  // Where there is no limit, it is told as one that is undefined.
  budget: { ...spec.budget, events: spec.budget.events, pages: spec.budget.pages },
  plan: spec.plan,
  settings: settingsOf(spec),
});

/** Pods of the start are ready, whatever they are. */
const assumedReady = ({ kind, metadata: { name }, spec }: Workload): LeftOut[] =>
  neverReady(spec.template.containers) ? [{ about: 'closed-probe', kind: writtenKind(kind), name }] : [];

const newPodsOtherwise = ({ metadata: { name, namespace } }: Workload): LeftOut => ({
  about: 'next-sidecars',
  namespace,
  workload: name,
});

/** What is in force when everything has been applied, later texts replacing earlier ones. */
function finalResources(initial: readonly Resource[], timeline: readonly TimelineStep[]): Resource[] {
  const applied = timeline.flatMap((step) => (step.verb === 'apply' ? step.resources : []));
  const { registry } = applyResources(emptyRegistry, [...initial, ...applied], 0);
  return [...registry.entries.values()].map((entry) => entry.resource);
}

/** An expectation may call a Service by more of its name than a record does. */
function byRecordedName(own: Expect, resources: readonly Resource[]): Expect {
  if (!('service' in own) || own.service === undefined) return own;
  const named = namedService(own.service, resources);
  return 'called' in named ? { ...own, service: named.called } : own;
}

function toControlPlane(text: ScenarioText['spec']['controlPlane']): ControlPlane {
  const preset = controlPlanePresets[text.preset];
  const overridden = Object.entries(text).filter(([name, value]) => name !== 'preset' && value !== undefined);
  return {
    ...preset,
    ...Object.fromEntries(overridden),
    ...(overridden.length === 0 ? {} : { isChanged: true as const }),
    debounce: {
      afterUs: text.debounce?.after ?? preset.debounce.afterUs,
      maxUs: text.debounce?.max ?? preset.debounce.maxUs,
    },
    reconnect: {
      baseUs: text.reconnect?.base ?? preset.reconnect.baseUs,
      maxUs: text.reconnect?.max ?? preset.reconnect.maxUs,
    },
  };
}

const proxyOf = ({
  cpuPerRequest,
  idleCpu,
  cpu,
  ...proxy
}: ScenarioText['spec']['proxy']): ProxySettings => ({
  ...proxy,
  cpuPerRequestUs: cpu === 'off' ? 0 : cpuPerRequest,
  idleCpuMilli: cpu === 'off' ? 0 : idleCpu,
});

/** Instants are whole multiples of `every`, so that meters of two plans can be laid side by side. */
function rollbackOf(
  { rollback, duration }: ScenarioText['spec'],
  timeline: readonly TimelineStep[],
  resources: readonly Resource[],
): Rollback {
  const { apply, every, from, to, horizon, allow } = rollback!;
  return {
    file: apply,
    resources,
    everyUs: every,
    fromUs: Math.ceil((from ?? timeline[0]?.atUs ?? 0) / every) * every,
    toUs: Math.min(to ?? duration, duration),
    horizonUs: horizon,
    allow,
  };
}

function checkExpect(
  file: string,
  document: LocatedDocument,
  { expect, duration }: ScenarioText['spec'],
  resources: readonly Resource[],
  manifests: readonly Manifest[],
): Problem[] {
  const refused = refusedNames(manifests, [...workloadKinds, 'Service']);
  return expect.flatMap((own, index) =>
    checkExpectation(own, duration, resources, refused).map(({ field, message }) =>
      atPlace(file, document, ['spec', 'expect', index, field], {
        severity: 'error',
        code: 'MS2005',
        message,
        file,
      }),
    ),
  );
}

/** Settings by which this run differs from the modelled versions of Istio and Envoy. */
function settingsOf(spec: ScenarioText['spec']): string[] {
  const settings: string[] = [];
  if (spec.proxy.selector === 'counter') {
    settings.push(
      'selector: counter (Envoy before October 2017: an incrementing stream id instead of a random one)',
    );
  }
  if (spec.proxy.alwaysEjectOneHost)
    settings.push('alwaysEjectOneHost: true (older Envoys: outlier detection always ejects a first host)');
  if (spec.controlPlane.preset === 'off') {
    const isAtOnce = actsAtOnce(toControlPlane(spec.controlPlane));
    settings.push(
      `controlPlane: off (${isAtOnce ? 'rules act at once' : 'no delay but those that are set'})`,
    );
  }
  return settings;
}
