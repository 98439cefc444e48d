import type { Cursor } from '../cursor.ts';
import { istio } from './message.ts';
import { problemIn } from './problem-in.ts';
import type { Check } from './setting.ts';

/** Kinds of which a condition is looked at, and which of them are bad when False (analyzers/conditions/conditions.go). */
const looked: readonly (readonly [group: string, kind: string, types: readonly string[]])[] = [
  ['', 'Service', ['istio.io/WaypointBound']],
  ['networking.istio.io', 'ServiceEntry', ['istio.io/WaypointBound']],
  ['networking.istio.io', 'WorkloadEntry', ['istio.io/WaypointBound']],
  ['gateway.networking.k8s.io', 'Gateway', ['Accepted', 'Programmed', 'ResolvedRefs']],
  ['gateway.networking.k8s.io', 'HTTPRoute', ['Accepted', 'Programmed', 'ResolvedRefs']],
  ['gateway.networking.k8s.io', 'GRPCRoute', ['Accepted', 'Programmed', 'ResolvedRefs']],
];

/** What a controller has written into the status of an exported resource, where it is bad. */
export const conditions: Check = (setting) =>
  looked.flatMap(([group, kind, types]) =>
    setting.written(group, kind).flatMap(({ object, status }) =>
      [status, ...status.at('parents').items]
        .flatMap((own) => own.at('conditions').items)
        .filter((own) => types.includes(text(own, 'type')) && text(own, 'status') === 'False')
        .map((own) =>
          problemIn(object, own.path, 'value', {
            ...istio('IST0171'),
            message: `A condition with a negative status is present: type=${text(own, 'type')}, reason=${text(own, 'reason')}, message=${text(own, 'message')}.`,
          }),
        ),
    ),
  );

const text = (own: Cursor, field: string): string => own.at(field).text ?? '';
