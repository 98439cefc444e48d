import type { Cursor } from '../cursor.ts';
import { pathText } from '../located.ts';
import { parseDurationNs } from '../quantity.ts';
import type { BackendRef, ParentRef } from '../resource.ts';
import { int32, list, struct, text } from '../schema.ts';

/** Checks that the CRDs of gateway.networking.k8s.io have in common, in the words of the API server. */
export const gatewayApiGroup = 'gateway.networking.k8s.io';

/** A rule in the Common Expression Language (x-kubernetes-validations). */
export const refuseRule = (at: Cursor, message: string, hint?: string): void =>
  at.invalid(
    `Invalid value: "${at.data === null || typeof at.data !== 'object' ? String(at.data) : Array.isArray(at.data) ? 'array' : 'object'}": ${message}`,
    hint,
  );

export function checkItems(list: Cursor, min: number, max: number): void {
  const count = list.items.length;
  if (count > max) list.invalid(`Too many: ${count}: must have at most ${max} items`);
  if (list.isSet && count < min)
    list.invalid(`Invalid value: ${count}: ${pathText(list.path)} in body should have at least ${min} items`);
}

export function checkRange(own: Cursor, min: number, max: number): void {
  const value = own.number;
  if (value === undefined || (value >= min && value <= max)) return;
  const [word, limit] = value < min ? ['greater', min] : ['less', max];
  own.invalid(
    `Invalid value: ${value}: ${pathText(own.path)} in body should be ${word} than or equal to ${limit}`,
  );
}

/** A pattern as the CRD writes it. */
export function checkPattern(own: Cursor, pattern: string, hint?: string): void {
  if (own.text === undefined || new RegExp(pattern).test(own.text)) return;
  own.invalid(`Invalid value: "${own.text}": ${pathText(own.path)} in body should match '${pattern}'`, hint);
}

export function checkLength(own: Cursor, min: number, max: number): void {
  const length = own.text?.length;
  if (length === undefined) return;
  const place = pathText(own.path);
  if (length > max) own.invalid(`Too long: may not be more than ${max} bytes`);
  if (length < min)
    own.invalid(`Invalid value: "${own.text}": ${place} in body should be at least ${min} chars long`);
}

/** GEP-2257: whole numbers with h, m, s or ms; no fractions, no microseconds. Microseconds, or undefined where there is none. */
export function readGatewayDuration(own: Cursor): number | undefined {
  if (own.text === undefined) return undefined;
  checkPattern(own, '^([0-9]{1,5}(h|m|s|ms)){1,4}$', 'whole numbers with h, m, s or ms, such as 1s500ms');
  const ns = parseDurationNs(own.text);
  return typeof ns === 'string' ? undefined : Number(ns / 1_000n);
}

const dnsLabel = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** Hostname: an RFC 1123 name, perhaps with a wildcard as its first label. */
export function checkHostname(own: Cursor): void {
  checkLength(own, 1, 253);
  checkPattern(own, `^(\\*\\.)?${dnsLabel}(\\.${dnsLabel})*$`);
}

/** What routes of all protocols have; `rules` as they are written, so many of them. */
export function readRoute(
  spec: Cursor,
  namespace: string,
  [fewest, most]: readonly [number, number],
): { readonly parentRefs: ParentRef[]; readonly hostnames: readonly string[]; readonly rules: Cursor } {
  const [parents, hostnames, rules] = ['parentRefs', 'hostnames', 'rules'].map((field) => spec.at(field)) as [
    Cursor,
    Cursor,
    Cursor,
  ];
  checkItems(parents, 0, 32);
  checkItems(hostnames, 0, 16);
  checkItems(rules, fewest, most);
  for (const host of hostnames.items) checkHostname(host);
  return {
    parentRefs: parents.items.map((own) => readParent(own, namespace)),
    hostnames: hostnames.texts,
    rules,
  };
}

/** SectionName. */
export function checkSectionName(own: Cursor): void {
  checkLength(own, 1, 253);
  checkPattern(own, `^${dnsLabel}(\\.${dnsLabel})*$`);
}

export const backendFields = { group: text, kind: text, namespace: text, name: text, port: int32 };

/** HTTPBackendRef and BackendObjectReference. */
export function readBackend(own: Cursor, namespace: string): BackendRef {
  const [group, kind, port, weight] = ['group', 'kind', 'port', 'weight'].map((field) => own.at(field)) as [
    Cursor,
    Cursor,
    Cursor,
    Cursor,
  ];
  checkLength(own.at('name'), 1, 253);
  checkRange(port, 1, 65535);
  checkRange(weight, 0, 1000000);
  const isService = (group.text ?? '') === '' && (kind.text ?? 'Service') === 'Service';
  if (own.isSet && isService && !port.written)
    refuseRule(own, 'Must have port for Service reference', 'add port: 9080 or the like');
  return {
    group: group.text ?? '',
    kind: kind.text ?? 'Service',
    namespace: own.at('namespace').text ?? namespace,
    name: own.at('name').text ?? '',
    ...(port.number === undefined ? {} : { port: port.number }),
    ...(weight.number === undefined ? {} : { weight: weight.number }),
  };
}

export const parentFields = list(
  struct(
    { group: text, kind: text, namespace: text, name: text, sectionName: text, port: int32 },
    { required: ['name'] },
  ),
);

function readParent(own: Cursor, namespace: string): ParentRef {
  const [group, kind, sectionName, port] = ['group', 'kind', 'sectionName', 'port'].map((field) =>
    own.at(field),
  ) as [Cursor, Cursor, Cursor, Cursor];
  checkLength(own.at('name'), 1, 253);
  checkSectionName(sectionName);
  checkRange(port, 1, 65535);
  if (kind.text === 'Service' && group.text === undefined) {
    own.say(
      'warning',
      'MS1037',
      `no ${gatewayApiGroup} Service exists: the group of a parentRef is that of Gateway API unless it is written`,
      'add group: "" to attach the route to a Service',
    );
  }
  return {
    group: group.text ?? gatewayApiGroup,
    kind: kind.text ?? 'Gateway',
    namespace: own.at('namespace').text ?? namespace,
    name: own.at('name').text ?? '',
    ...(sectionName.text === undefined ? {} : { sectionName: sectionName.text }),
    ...(port.number === undefined ? {} : { port: port.number }),
  };
}
