import { immutableProblems } from '../manifest/analysis/immutable.ts';
import { analyze } from '../manifest/analyze.ts';
import { mapOf } from '../manifest/change/written.ts';
import type { LocatedDocument } from '../manifest/located.ts';
import { didYouMean } from '../manifest/did-you-mean.ts';
import { formatDuration } from '../manifest/quantity.ts';
import { notModelled } from '../manifest/not-modelled.ts';
import { parseManifests } from '../manifest/parse.ts';
import type { Checked, Problem } from '../manifest/problem.ts';
import { writtenKind, type Manifest, type Resource } from '../manifest/resource.ts';
import { injectionsIn, reinjected } from '../manifest/injection.ts';
import { isWorkload, type Workload } from '../manifest/scale-target.ts';
import { bookinfoApp } from '../mesh/app/bookinfo.ts';
import { actsAtOnce, controlPlanePresets } from '../mesh/istiod/control-plane.ts';
import { entranceNames, entranceOf } from '../mesh/istiod/entrance.ts';
import type { ControlPlane } from '../mesh/istiod/control-plane.ts';
import { applyResources, emptyRegistry, resourceKey } from '../mesh/kubernetes/registry.ts';
import { neverReady } from '../mesh/kubernetes/workload/readiness-probe.ts';
import type { ProxySettings } from '../mesh/envoy/proxies.ts';
import type { Traffic } from '../mesh/app/traffic/index.ts';
import { atPlace } from './at-place.ts';
import { hashTexts } from './hash.ts';
import { kubernetesOf } from './kubernetes-of.ts';
import { refusedNames, unknownCallers, unknownNames, workloadKinds } from './unknown-names.ts';
import { plannedOf } from './timeline.ts';
import { portOfScripts, withPort } from './called-port.ts';
import { loadApp } from './load-app.ts';
import { checkExpectation } from './expect/check-expectation.ts';
import type { Expect } from './expect/index.ts';
import { focusOf, madeByFlagger } from './focus.ts';
import { fillNumbers, guessesOf } from './numbers.ts';
import { checkKind, readDocument } from './read-kind.ts';
import { buildTraffic, fileOf } from './traffic.ts';
import { windowFor, type Rollback, type Scenario, type TimelineStep } from './scenario.ts';
import { scenarioSchema, type ScenarioText } from './schema.ts';
import { setPath } from './set-path.ts';
import { namedService } from './named-service.ts';
import { oversizes } from './size.ts';

/** What the shell supplies: texts by name, as the scenario names them. */
export interface ScenarioFiles {
  /** Path of the scenario as the user gave it. */
  readonly path: string;
  /** Name of the scenario file, for problems. */
  readonly file: string;
  readonly text: string;
  /** Text of a file beside the scenario, or why it cannot be read. `kind` tells what is expected in it. */
  read(name: string, kind: 'manifest' | 'app' | 'recording'): Promise<Checked<string>>;
  /** `path=value` pairs that override the scenario's text. */
  readonly set?: readonly string[];
}

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
  const { spec, metadata } = text;
  const problems: Problem[] = [...earlier];
  const texts = new Map<string, string>();
  const read = async (
    name: string,
    place: readonly (string | number)[],
    kind: 'manifest' | 'app' | 'recording',
  ): Promise<string | undefined> => {
    if (!texts.has(name)) {
      const found = await files.read(name, kind);
      problems.push(
        ...found.problems.map((own) =>
          own.line === undefined ? atPlace(files.file, document, place, own) : own,
        ),
      );
      if (found.value !== undefined) texts.set(name, found.value);
    }
    return texts.get(name);
  };

  const manifestFiles: { file: string; text: string }[] = [];
  for (const [index, file] of spec.manifests.entries()) {
    const own = await read(file, ['spec', 'manifests', index], 'manifest');
    if (own !== undefined) manifestFiles.push({ file, text: own });
  }
  const start = parseManifests(manifestFiles);
  problems.push(...start.problems);

  const parsed = new Map<string, Manifest>();
  const complained = new Set<string>();
  const timeline: TimelineStep[] = [];
  const inForce = new Map(start.manifest.resources.map((own) => [resourceKey(own), own]));
  const otherwise = new Set<Workload>();
  for (const [index, entry] of spec.timeline.entries()) {
    const { verb, file } = plannedOf(entry);
    if (file !== undefined) await read(file, ['spec', 'timeline', index, verb], 'manifest');
  }
  // What a file says of pods depends on the namespaces that are there by then.
  for (const entry of [...spec.timeline].sort((a, b) => a.at - b.at)) {
    const { verb, file, build } = plannedOf(entry);
    if (file === undefined) {
      timeline.push({ atUs: entry.at, ...build([]) });
      continue;
    }
    const own = texts.get(file);
    if (own === undefined) continue;
    const earlier = [...inForce.values()];
    const key = JSON.stringify([file, ...injectionsIn(earlier)]);
    if (!parsed.has(key)) {
      const result = parseManifests([{ file, text: own }], { ...start.manifest, resources: earlier });
      // A file that is in force from the start, or came before, has been complained about already.
      if (!spec.manifests.includes(file) && !complained.has(file)) problems.push(...result.problems);
      complained.add(file);
      parsed.set(key, result.manifest);
    }
    const { resources } = parsed.get(key)!;
    timeline.push({ atUs: entry.at, ...build(resources) });
    if (verb !== 'apply') continue;
    for (const own of resources) inForce.set(resourceKey(own), own);
    for (const each of reinjected(earlier.filter(isWorkload), injectionsIn([...inForce.values()])))
      otherwise.add(each);
  }

  const revertText =
    spec.rollback === undefined
      ? undefined
      : await read(spec.rollback.apply, ['spec', 'rollback', 'apply'], 'manifest');
  const revert =
    revertText === undefined
      ? undefined
      : parseManifests([{ file: spec.rollback!.apply, text: revertText }], start.manifest);
  if (revert !== undefined && !spec.manifests.includes(spec.rollback!.apply))
    problems.push(...revert.problems);

  problems.push(...refusedChanges(start.manifest.resources, timeline));

  const everything = [
    ...start.manifest.resources,
    ...timeline.flatMap((step) => ('resources' in step ? step.resources : [])),
  ];
  const appText = spec.app === 'bookinfo' ? bookinfoApp : await read(spec.app, ['spec', 'app'], 'app');
  const app =
    appText === undefined ? undefined : loadApp(spec.app, appText, spec.numbers, portOfScripts(everything));
  if (app !== undefined) problems.push(...app.problems);

  const all = [start.manifest, ...parsed.values()];
  const refused = refusedNames(all, workloadKinds);
  problems.push(
    ...unknownNames(files.file, document, spec, everything, refused),
    ...unknownCallers(files.file, document, spec, start.manifest.resources, refused),
  );
  const traffic: Traffic[] = [];
  const names = new Set<string>();
  for (const [index, entry] of spec.traffic.entries()) {
    const place = ['spec', 'traffic', index];
    if (names.has(entry.name)) {
      problems.push(atPlace(files.file, document, [...place, 'name'], duplicate(files.file, entry.name)));
    }
    names.add(entry.name);
    if (entry.gateway !== undefined) {
      const complaint = gatewayProblem(entry.gateway, entry.from, everything);
      if (complaint !== undefined)
        problems.push(atPlace(files.file, document, [...place, 'gateway'], complaint));
    }
    const file = fileOf(entry);
    const recording = file === undefined ? '' : await read(file.name, [...place, ...file.path], 'recording');
    if (recording === undefined) continue;
    const built = buildTraffic(entry, recording);
    problems.push(...built.problems.map((own) => atPlace(files.file, document, place, own)));
    if (built.value !== undefined) {
      traffic.push(withPort(built.value, everything));
      problems.push(
        ...cutOff(files.file, built.value, spec.duration).map((own) =>
          atPlace(files.file, document, place, own),
        ),
      );
    }
  }

  problems.push(...checkExpect(files.file, document, spec, everything, all));
  const focus = focusOf(spec.focus, everything);
  if ('problem' in focus) {
    const problem = {
      severity: 'error',
      code: 'MS2018',
      message: focus.problem,
      file: files.file,
      ...madeByFlagger(spec.focus, all),
    } as const;
    problems.push(atPlace(files.file, document, ['spec', 'focus'], problem));
  }
  for (const { place, ...own } of oversizes(spec, traffic, everything))
    problems.push(
      atPlace(files.file, document, place, { severity: 'error', code: 'MS2016', file: files.file, ...own }),
    );
  const isRefused = problems.some((problem) => problem.severity === 'error');
  // What istioctl calls an error the mesh takes, and a run is there to show what comes of it.
  const others = all.flatMap((own) => own.others);
  problems.push(...analyze(finalResources(start.manifest.resources, timeline), others));
  if (app?.value === undefined || isRefused || 'problem' in focus) return { value: undefined, problems };
  const controlPlane = toControlPlane(spec.controlPlane);
  return {
    problems,
    value: {
      name: metadata.name,
      title: metadata.title ?? metadata.name,
      path: files.path,
      seed: spec.seed,
      durationUs: spec.duration,
      windowUs: spec.window ?? windowFor(spec.duration),
      lateUs: spec.late,
      start: spec.start,
      app: app.value,
      focus: focus.called,
      manifests: start.manifest.resources,
      timeline,
      traffic,
      controlPlane,
      kubernetes: kubernetesOf(spec),
      proxy: proxyOf(spec.proxy),
      hop: spec.hop,
      handshake: spec.handshake,
      budget: { ...spec.budget, events: spec.budget.events, pages: spec.budget.pages },
      rollback: revert === undefined ? undefined : rollbackOf(spec, timeline, revert.manifest.resources),
      plan: spec.plan,
      expect: spec.expect.map((own) => byRecordedName(own, everything)),
      guesses: guessesOf(spec.numbers, new Set([...used, ...(app.used ?? [])])),
      guessedCalls: app.guessedCalls,
      settings: settingsOf(spec),
      // That a gateway follows its own rule is how Bookinfo is written: `validate` tells of it.
      warnings: problems.filter(({ severity, code }) => severity !== 'info' && code !== 'IST0140'),
      ignored: [
        ...notModelled(all),
        // Pods of the start are ready, whatever they are.
        ...start.manifest.resources
          .filter(isWorkload)
          .filter(({ spec }) => neverReady(spec.template.containers))
          .map(
            ({ kind, metadata: { name } }) =>
              `${writtenKind(kind)} ${name} probe of a port that its container lacks`,
          ),
        // Those that come again have been settled anew.
        ...[...otherwise]
          .filter((own) => inForce.get(resourceKey(own)) === own)
          .map(
            ({ metadata: { name, namespace } }) =>
              `Namespace ${namespace} labels for the sidecars of new pods of ${name}`,
          ),
      ],
      // What was written, not what it was read as: a new setting with a default is no new scenario.
      hash: hashTexts([JSON.stringify(data), appText!, ...[...texts].flat()]),
    },
  };
}

/** Refreshes for which the run is too short: a user who asks for 30 and sees 18 is to know why. */
function cutOff(file: string, traffic: Traffic, durationUs: number): Problem[] {
  if (traffic.kind !== 'refresh') return [];
  const { count, everyUs, startUs, atUs, name } = traffic;
  const room =
    atUs?.filter((own) => own <= durationUs).length ??
    Math.max(0, Math.floor((durationUs - startUs) / everyUs) + 1);
  if (room >= count) return [];
  const needed = formatDuration(atUs?.at(-1) ?? startUs + (count - 1) * everyUs);
  const message = `${room} of the ${count} refreshes of "${name}" ${room === 1 ? 'begins' : 'begin'} before the run ends; the last would begin at ${needed}`;
  return [{ severity: 'warning', code: 'MS2015', message, file, hint: 'a longer duration has room for all' }];
}

const duplicate = (file: string, name: string): Problem => ({
  severity: 'error',
  code: 'MS2006',
  message: `two traffic entries are called "${name}"`,
  file,
});

/** What visitors are sent to that is no gateway, or callers inside the mesh, who come to none. */
function gatewayProblem(
  name: string,
  from: string | undefined,
  resources: readonly Resource[],
): Problem | undefined {
  const wrong = (message: string, hint?: string): Problem => ({
    severity: 'error',
    code: 'MS2017',
    message,
    file: '',
    ...(hint === undefined ? {} : { hint }),
  });
  if (from !== undefined) return wrong(`pods of ${from} ask from inside the mesh: they come to no gateway`);
  if (entranceOf(resources, name) !== undefined) return undefined;
  const known = entranceNames(resources);
  const near = didYouMean(name, known);
  return wrong(
    `no Gateway, and no gateway's Deployment, is called "${name}" in the manifests`,
    near === undefined ? `there is ${known.join(', ') || 'none'}` : `did you mean "${near}"?`,
  );
}

/** Changes of the timeline that the API server would refuse, as what is there then is not to be changed so. */
function refusedChanges(initial: readonly Resource[], timeline: readonly TimelineStep[]): Problem[] {
  const there = new Map(initial.map((own) => [resourceKey(own), own]));
  return timeline.flatMap((step) => {
    if (step.verb === 'delete') for (const own of step.resources) there.delete(resourceKey(own));
    if (step.verb !== 'apply') return [];
    return step.resources.flatMap((own) => {
      const problems = immutableProblems(there.get(resourceKey(own)), own);
      there.set(resourceKey(own), own);
      return problems;
    });
  });
}

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
    preset: overridden.length === 0 ? text.preset : `${text.preset}, changed`,
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
