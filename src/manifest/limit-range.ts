import { amountsIn, askedForBy, measured, type Amounts, type AskedFor } from './asked-for.ts';
import { Cursor } from './cursor.ts';
import type { Resource, WrittenObject } from './resource.ts';
import { isWorkload, scaleTargetOf, type Workload } from './scale-target.ts';
import { together } from './together.ts';

/**
 * Whether a LimitRange changes or refuses pods of the workloads of its namespace (kubernetes.io, Limit Ranges; plugin
 * limitranger/admission.go): it completes what containers do not say, and refuses pods that are beyond its bounds. Of what it
 * completes a limit of CPU slows pods down; a request of CPU is what autoscalers reckon by, and nodes have room for; memory is for nodes.
 */
export function limitRangeActs(own: WrittenObject, resources: readonly Resource[]): boolean {
  const here = resources
    .filter(isWorkload)
    .filter(({ metadata }) => metadata.namespace === own.metadata.namespace);
  return limitsIn(own).some((limit) => here.some((workload) => actsOn(workload, limit, resources)));
}

/** Requests and limits that containers of a namespace get where they have none. */
export function defaultsOf(others: readonly WrittenObject[], namespace: string): Defaults {
  const found = others
    .filter(({ kind, metadata }) => kind === 'LimitRange' && metadata.namespace === namespace)
    .flatMap(limitsIn)
    .filter((limit) => limit.at('type').text === 'Container')
    .map(defaultsIn);
  return {
    requests: Object.assign({}, ...found.map((own) => own.requests)) as Amounts,
    limits: Object.assign({}, ...found.map((own) => own.limits)) as Amounts,
  };
}

export type Defaults = Pick<AskedFor, 'requests' | 'limits'>;

export const completed = (own: AskedFor, { requests, limits }: Defaults): AskedFor => ({
  when: own.when,
  requests: { ...requests, ...own.requests },
  limits: { ...limits, ...own.limits },
});

const limitsIn = ({ source }: WrittenObject): readonly Cursor[] =>
  new Cursor(source, [], []).at('spec', 'limits').items;

/** A maximum is a limit by default, a limit a request, and a minimum as well (SetDefaults_LimitRangeItem, pkg/apis/core/v1/defaults.go). */
function defaultsIn(limit: Cursor): Defaults {
  const limits = { ...amountsIn(limit.at('max')), ...amountsIn(limit.at('default')) };
  return {
    limits,
    requests: { ...amountsIn(limit.at('min')), ...limits, ...amountsIn(limit.at('defaultRequest')) },
  };
}

function actsOn(workload: Workload, limit: Cursor, resources: readonly Resource[]): boolean {
  const { text: type } = limit.at('type');
  if (type === 'PersistentVolumeClaim') return workload.kind === 'StatefulSet';
  const containers = askedForBy(workload);
  if (containers === undefined || (type !== 'Container' && type !== 'Pod')) return true;
  if (othersAct(limit, workload)) return true;
  if (type === 'Pod') return refusesPod(limit, containers);
  const defaults = defaultsIn(limit);
  return (
    completes(workload, containers, defaults, resources) ||
    containers.some((own) => refuses(limit, completed(own, defaults)))
  );
}

/** Of resources beside CPU and memory, which pods name that have any. */
const othersAct = (limit: Cursor, { source }: Workload): boolean =>
  ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']
    .flatMap((field) => limit.at(field).entries)
    .some(
      ([name]) =>
        !measured.some((own) => own === name) && JSON.stringify(source).includes(JSON.stringify(name)),
    );

/** Whether what it adds is felt. */
function completes(
  workload: Workload,
  containers: readonly AskedFor[],
  { requests, limits }: Defaults,
  resources: readonly Resource[],
): boolean {
  const hasNodes = resources.some(({ kind }) => kind === 'Node');
  const isScaled = resources.some(
    (own) => own.kind === 'HorizontalPodAutoscaler' && isSame(scaleTargetOf(own, resources), workload),
  );
  const lacks = (of: 'requests' | 'limits', name: 'cpu' | 'memory'): boolean =>
    containers.some((own) => own[of][name] === undefined);
  return (
    (limits.cpu !== undefined && lacks('limits', 'cpu')) ||
    (requests.cpu !== undefined && lacks('requests', 'cpu') && (hasNodes || isScaled)) ||
    (requests.memory !== undefined && lacks('requests', 'memory') && hasNodes)
  );
}

const isSame = (target: Workload | undefined, { kind, metadata }: Workload): boolean =>
  target?.kind === kind &&
  target.metadata.name === metadata.name &&
  target.metadata.namespace === metadata.namespace;

/** Whether a container is beyond a bound, or lacks what is bounded. */
function refuses(limit: Cursor, { requests, limits }: Defaults): boolean {
  const [max, min, ratio] = ['max', 'min', 'maxLimitRequestRatio'].map((field) =>
    amountsIn(limit.at(field)),
  ) as [Amounts, Amounts, Amounts];
  return measured.some((name) => {
    // The ratio is a plain number, which is read as cores are, in thousandths.
    const most = ratio[name] === undefined ? Infinity : ratio[name] / (name === 'cpu' ? 1_000 : 1);
    const [request, limit] = [requests[name], limits[name]];
    return (
      (max[name] !== undefined && !((limit ?? Infinity) <= max[name])) ||
      (min[name] !== undefined && !((request ?? 0) >= min[name])) ||
      (most < Infinity && !((limit ?? Infinity) / (request ?? 0) <= most))
    );
  });
}

/** The same of all containers together, each of which has to say it. */
function refusesPod(limit: Cursor, containers: readonly AskedFor[]): boolean {
  const sums = (of: 'requests' | 'limits'): Amounts =>
    Object.fromEntries(
      measured.flatMap((name) => {
        const amounts = containers.flatMap(({ when, [of]: own }) =>
          own[name] === undefined ? [] : [{ when, amount: own[name] }],
        );
        return amounts.length < containers.length ? [] : [[name, together(amounts)]];
      }),
    );
  return refuses(limit, { requests: sums('requests'), limits: sums('limits') });
}
