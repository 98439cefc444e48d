import type { Problem } from '../problem.ts';
import type { Destination, VirtualService } from '../resource.ts';
import { problemIn } from './problem-in.ts';
import { type Check } from './setting.ts';
import { percentTo } from '../../words/number.ts';

/** Weights that Istio takes and that mean something else than they seem to. */
export const weights: Check = (setting) => setting.virtualServices.flatMap(weightsIn);

function weightsIn(own: VirtualService): readonly Problem[] {
  return own.spec.http.flatMap(({ route }, rule): readonly Problem[] => {
    const path = ['spec', 'http', rule, 'route'];
    const [only] = route;
    if (route.length === 1) {
      // A plain cluster has no weight (pilot/pkg/networking/core/route/route.go).
      if (only!.weight === undefined || only!.weight === 100) return [];
      const message = `a single destination gets all requests; its weight ${only!.weight} is ignored`;
      return [problemIn(own, [...path, 0, 'weight'], 'value', { severity: 'info', code: 'MS1105', message })];
    }
    const total = route.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
    const omitted = route.flatMap(({ destination, weight }, index) =>
      weight !== undefined
        ? []
        : [
            problemIn(own, [...path, index], 'value', {
              severity: 'warning',
              code: 'MS1104',
              message: `${nameOf(destination)} gets no requests: among several destinations an omitted weight is 0`,
              hint: 'write the weight',
            }),
          ],
    );
    if (total === 0 || total === 100) return omitted;
    const shares = route
      .map(({ destination, weight }) => `${nameOf(destination)} ${percentTo((weight ?? 0) / total, 1)}`)
      .join(', ');
    const message = `weights sum to ${total}, not 100; shares are weight / sum: ${shares}`;
    return [...omitted, problemIn(own, path, 'key', { severity: 'info', code: 'MS1103', message })];
  });
}

const nameOf = ({ host, subset }: Destination): string => (subset === undefined ? host : `${host} ${subset}`);
