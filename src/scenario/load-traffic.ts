import { didYouMean } from '../manifest/did-you-mean.ts';
import type { LocatedDocument } from '../manifest/located.ts';
import type { Problem } from '../manifest/problem.ts';
import { formatDuration } from '../manifest/quantity.ts';
import type { Resource } from '../manifest/resource.ts';
import type { Traffic } from '../mesh/app/traffic/index.ts';
import { entranceNames, entranceOf } from '../mesh/istiod/entrance.ts';
import { atPlace } from './at-place.ts';
import { withPorts } from './called-port.ts';
import type { ScenarioText } from './schema.ts';
import type { Texts } from './texts.ts';
import { buildTraffic, fileOf } from './traffic.ts';

/**
 * The entries of a scenario's traffic, as a run plays them; one that cannot be built is left out.
 *
 * @param problems takes up what is wrong, as it is found.
 */
export async function loadTraffic(
  { traffic, duration }: ScenarioText['spec'],
  resources: readonly Resource[],
  texts: Texts,
  file: string,
  document: LocatedDocument,
  problems: Problem[],
): Promise<Traffic[]> {
  const built: Traffic[] = [];
  const withPort = withPorts(resources);
  const names = new Set<string>();
  for (const [index, entry] of traffic.entries()) {
    const place = ['spec', 'traffic', index];
    const complain = (own: Problem, ...field: readonly (string | number)[]): void =>
      void problems.push(atPlace(file, document, [...place, ...field], own));
    if (names.has(entry.name)) complain(duplicate(file, entry.name), 'name');
    names.add(entry.name);
    const lost =
      entry.gateway === undefined ? undefined : gatewayProblem(entry.gateway, entry.from, resources);
    if (lost !== undefined) complain(lost, 'gateway');
    const recorded = fileOf(entry);
    const recording =
      recorded === undefined
        ? ''
        : await texts.read(recorded.name, [...place, ...recorded.path], 'recording');
    if (recording === undefined) continue;
    const { value, problems: unbuilt } = buildTraffic(entry, recording);
    for (const own of unbuilt) complain(own);
    if (value === undefined) continue;
    built.push(withPort(value));
    for (const own of cutOff(file, value, duration)) complain(own);
  }
  return built;
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
