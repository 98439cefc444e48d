import { analyze } from '../manifest/analyze.ts';
import type { LocatedDocument } from '../manifest/located.ts';
import { parseManifests } from '../manifest/parse.ts';
import type { Checked, Problem } from '../manifest/problem.ts';
import type { Manifest, Resource } from '../manifest/resource.ts';
import { bookinfoApp } from '../mesh/app/bookinfo.ts';
import { controlPlanePresets } from '../mesh/istiod/control-plane.ts';
import type { ControlPlane } from '../mesh/istiod/control-plane.ts';
import { applyResources, emptyRegistry, resourceKey } from '../mesh/istiod/registry.ts';
import type { Traffic } from '../mesh/traffic.ts';
import { hashTexts } from './hash.ts';
import { loadApp } from './load-app.ts';
import { checkKind, readKind } from './read-kind.ts';
import { loadReplay } from './replay.ts';
import { windowFor, type Scenario, type TimelineStep } from './scenario.ts';
import { scenarioSchema, type ScenarioText } from './schema.ts';
import { setPath } from './set-path.ts';

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
  const first = readKind(files.file, files.text, scenarioSchema, 'Scenario');
  if (first.document === undefined) return { value: undefined, problems: first.problems };
  const changed = overridden(files, first.document);
  const checked = changed === undefined ? first : changed;
  if (checked.value === undefined) return { value: undefined, problems: checked.problems };
  return assemble(files, checked.value, first.document, checked.problems);
}

function overridden(files: ScenarioFiles, document: LocatedDocument): Checked<ScenarioText> | undefined {
  if (files.set === undefined || files.set.length === 0) return undefined;
  const data = structuredClone(document.data);
  const problems = files.set.flatMap((assignment) => setPath(data, assignment));
  if (problems.length > 0) return { value: undefined, problems };
  return checkKind(files.file, document, scenarioSchema, data);
}

async function assemble(
  files: ScenarioFiles,
  text: ScenarioText,
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
  const timeline: TimelineStep[] = [];
  for (const [index, entry] of spec.timeline.entries()) {
    const verb = entry.apply === undefined ? 'delete' : 'apply';
    const file = (entry.apply ?? entry.delete)!;
    const own = await read(file, ['spec', 'timeline', index, verb], 'manifest');
    if (own === undefined) continue;
    if (!parsed.has(file)) {
      const result = parseManifests([{ file, text: own }]);
      // A file that is in force from the start has been complained about already.
      if (!spec.manifests.includes(file)) problems.push(...result.problems);
      parsed.set(file, result.manifest);
    }
    timeline.push({ atUs: entry.at, verb, file, resources: parsed.get(file)!.resources });
    problems.push(
      ...unmodelledChange(
        files.file,
        document,
        index,
        verb,
        parsed.get(file)!.resources,
        start.manifest.resources,
      ),
    );
  }
  timeline.sort((a, b) => a.atUs - b.atUs);

  const appText = spec.app === 'bookinfo' ? bookinfoApp : await read(spec.app, ['spec', 'app'], 'app');
  const app = appText === undefined ? undefined : loadApp(spec.app, appText);
  if (app !== undefined) problems.push(...app.problems);

  const traffic: Traffic[] = [];
  const names = new Set<string>();
  for (const [index, entry] of spec.traffic.entries()) {
    const place = ['spec', 'traffic', index];
    if (names.has(entry.name)) {
      problems.push(atPlace(files.file, document, [...place, 'name'], duplicate(files.file, entry.name)));
    }
    names.add(entry.name);
    const recording =
      entry.replay === undefined
        ? undefined
        : await read(entry.replay.file, [...place, 'replay', 'file'], 'recording');
    if (entry.replay !== undefined && recording === undefined) continue;
    const built = toTraffic(entry, recording);
    problems.push(...built.problems.map((own) => atPlace(files.file, document, place, own)));
    if (built.value !== undefined) traffic.push(built.value);
  }

  const everything = [...start.manifest.resources, ...timeline.flatMap((step) => step.resources)];
  problems.push(...analyze(finalResources(start.manifest.resources, timeline)));
  problems.push(...checkExpect(files.file, document, spec, everything));
  if (app?.value === undefined || problems.some((problem) => problem.severity === 'error')) {
    return { value: undefined, problems };
  }
  const controlPlane = toControlPlane(spec.controlPlane);
  const manifests = [start.manifest, ...parsed.values()];
  return {
    problems,
    value: {
      name: metadata.name,
      title: metadata.title ?? metadata.name,
      path: files.path,
      seed: spec.seed,
      durationUs: spec.duration,
      windowUs: spec.window ?? windowFor(spec.duration),
      app: app.value,
      focus: spec.focus ?? focusOf(everything),
      manifests: start.manifest.resources,
      timeline,
      traffic,
      controlPlane,
      proxy: spec.proxy,
      hop: spec.hop,
      expect: spec.expect,
      settings: settingsOf(spec),
      warnings: problems.filter((problem) => problem.severity === 'warning'),
      ignored: [...ignoredOf(manifests), ...notActing(everything)],
      hash: hashTexts([JSON.stringify(spec), appText!, ...[...texts].flat()]),
    },
  };
}

const duplicate = (file: string, name: string): Problem => ({
  severity: 'error',
  code: 'MS2006',
  message: `two traffic entries are called "${name}"`,
  file,
});

/** A problem without a place of its own is shown where the scenario names what it is about. */
const atPlace = (
  file: string,
  document: LocatedDocument,
  place: readonly (string | number)[],
  problem: Problem,
): Problem => ({ ...problem, file, ...document.locate([...place], 'value') });

/** Services and Deployments stay as they are during a run; a timeline that changes them would be silently wrong. */
function unmodelledChange(
  file: string,
  document: LocatedDocument,
  index: number,
  verb: 'apply' | 'delete',
  resources: readonly Resource[],
  initial: readonly Resource[],
): Problem[] {
  return resources
    .filter((resource) => resource.kind === 'Service' || resource.kind === 'Deployment')
    .filter((resource) => {
      const before = initial.find((own) => resourceKey(own) === resourceKey(resource));
      return verb === 'delete' || JSON.stringify(before?.source) !== JSON.stringify(resource.source);
    })
    .map((resource) =>
      atPlace(file, document, ['spec', 'timeline', index, verb], {
        severity: 'error',
        code: 'MS2007',
        message: `${resource.kind} ${resource.metadata.name} would change during the run; the model keeps Services and Deployments as they are at the start`,
        file,
        hint: `list its file under manifests, and keep only Istio's resources in the timeline`,
      }),
    );
}

/** What is in force when everything has been applied, later texts replacing earlier ones. */
function finalResources(initial: readonly Resource[], timeline: readonly TimelineStep[]): Resource[] {
  const applied = timeline.filter((step) => step.verb === 'apply').flatMap((step) => step.resources);
  const { registry } = applyResources(emptyRegistry, [...initial, ...applied], 0);
  return [...registry.entries.values()].map((entry) => entry.resource);
}

/** The service that a rule splits first, else the first that a subset is named for. */
function focusOf(resources: readonly Resource[]): string {
  const rules = resources.filter((resource) => resource.kind === 'VirtualService');
  const split = rules.find((rule) => rule.spec.http.some((http) => http.route.length > 1));
  const meshRule = split ?? rules.find((rule) => rule.spec.gateways.length === 0);
  return meshRule?.spec.hosts[0]?.split('.')[0] ?? 'reviews';
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
  };
}

function toTraffic(
  entry: ScenarioText['spec']['traffic'][number],
  recording: string | undefined,
): Checked<Traffic> {
  const headers = Object.fromEntries(
    Object.entries(entry.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const common = {
    name: entry.name,
    request: {
      method: entry.method,
      path: entry.path,
      authority: entry.host,
      headers: entry.user === undefined ? headers : { ...headers, 'end-user': entry.user },
    },
    ...(entry.port === undefined ? {} : { port: entry.port }),
  };
  if (entry.refresh !== undefined) {
    const { count, every, start } = entry.refresh;
    return { value: { ...common, kind: 'refresh', count, everyUs: every, startUs: start }, problems: [] };
  }
  if (entry.arrivals !== undefined) {
    const profile = entry.profile?.map(({ at, rps }) => ({ atUs: at, rps })) ?? [
      { atUs: 0, rps: entry.rps! },
    ];
    return {
      value: { ...common, kind: entry.arrivals, profile, shape: entry.shape ?? 'steps' },
      problems: [],
    };
  }
  if (entry.users !== undefined) {
    const { count, think, start } = entry.users;
    return { value: { ...common, kind: 'users', users: count, think, startUs: start }, problems: [] };
  }
  return loadReplay(common, entry.replay!, recording!);
}

function checkExpect(
  file: string,
  document: LocatedDocument,
  spec: ScenarioText['spec'],
  resources: readonly Resource[],
): Problem[] {
  const known = new Set(resources.filter((own) => own.kind === 'Service').map((own) => own.metadata.name));
  return spec.expect.flatMap((own, index) => {
    const problems: Problem[] = [];
    const say = (field: string, message: string): void => {
      problems.push(
        atPlace(file, document, ['spec', 'expect', index, field], {
          severity: 'error',
          code: 'MS2005',
          message,
          file,
        }),
      );
    };
    if ('service' in own && own.service !== undefined && !known.has(own.service)) {
      say('service', `no Service is called "${own.service}" in the manifests`);
    }
    if ('to' in own && own.to !== undefined && own.to > spec.duration)
      say('to', 'lies after the end of the run');
    if (
      'from' in own &&
      own.from !== undefined &&
      own.from !== 'settled' &&
      own.from >= (own.to ?? spec.duration)
    ) {
      say('from', 'lies at or after the end of its interval');
    }
    return problems;
  });
}

/** Settings by which this run differs from the modelled versions of Istio and Envoy. */
function settingsOf(spec: ScenarioText['spec']): string[] {
  const settings: string[] = [];
  if (spec.proxy.selector === 'counter') {
    settings.push(
      'selector: counter (Envoy before October 2017: an incrementing stream id instead of a random one)',
    );
  }
  if (spec.controlPlane.preset === 'off') settings.push('controlPlane: off (rules act at once)');
  return settings;
}

/** What is read and understood of a rule, but does not act in the model (yet): told like a field that is ignored. */
function notActing(resources: readonly Resource[]): string[] {
  const found = new Set<string>();
  for (const resource of resources) {
    if (resource.kind !== 'VirtualService') continue;
    for (const http of resource.spec.http) {
      for (const field of ['retries', 'mirror'] as const) {
        if (http[field] !== undefined) found.add(`VirtualService spec.http[].${field}`);
      }
    }
  }
  return [...found];
}

function ignoredOf(manifests: readonly Manifest[]): string[] {
  const kinds = manifests.flatMap((own) =>
    own.ignoredKinds.map(({ kind, count, file }) => `${kind} (${count}) in ${file}`),
  );
  const fields = manifests.flatMap((own) => own.ignoredFields.map(({ kind, field }) => `${kind} ${field}`));
  return [...new Set([...kinds, ...fields])];
}
