import { actingMetadata } from './acting-metadata.ts';
import { Cursor } from './cursor.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Finding } from './finding.ts';
import { gatewaysByClass } from './gateway-class.ts';
import { isIngress, istiosIngressClass } from './ingress-class.ts';
import { settleInjection } from './injection.ts';
import { kinds } from './kind/index.ts';
import type { KindReader } from './kind/kind.ts';
import { isByHand, servedByHand } from './own-endpoints.ts';
import { rememberOrigin } from './locate-in.ts';
import { withoutRolloutHashes } from './rollout-hash.ts';
import { problemAt, readYaml, type LocatedDocument, type Path } from './located.ts';
import type { Problem } from './problem.ts';
import {
  writtenKind,
  type LeftOutObjects,
  type Manifest,
  type Resource,
  type ResourceMeta,
  type WrittenObject,
} from './resource.ts';
import { checkFields } from './schema.ts';
import { sortProblems } from './sort-problems.ts';

/**
 * Texts as one would `kubectl apply` them, to checked resources in the order they were written. A resource with an error is left
 * out, its problems told; what Istio accepts is accepted, however odd. Nothing is thrown, whatever the text.
 *
 *   text -> documents (located) -> items of Lists -> kind by apiVersion -> fields against the table -> the kind's rules -> resource
 *
 * @param earlier what is in force when these are applied: namespaces say which pods get a sidecar, classes which Gateways are Istio's
 * @example
 * const service = `
 * apiVersion: v1
 * kind: Service
 * metadata: { name: reviews }
 * spec: { selector: { app: reviews }, ports: [{ port: 9080, name: web }] }`;
 * const { manifest, problems } = parseManifests([{ file: 'reviews.yaml', text: service }]);
 * problems; // => []
 * manifest.resources[0].metadata; // => { name: 'reviews', namespace: 'default' }
 */
export function parseManifests(
  texts: readonly { readonly file: string; readonly text: string }[],
  earlier: Pick<Manifest, 'resources' | 'others'> = { resources: [], others: [] },
): {
  readonly manifest: Manifest;
  readonly problems: readonly Problem[];
} {
  const found: Found = {
    resources: [],
    others: [],
    ignoredKinds: new Map(),
    ignoredFields: new Map(),
    problems: [],
  };
  for (const { file, text } of texts) {
    const { documents, problems } = readYaml(file, text);
    found.problems.push(...problems);
    for (const document of documents) readObject(document, [], document.data, found);
    if (documents.length === 0 && problems.length === 0) {
      found.problems.push({ severity: 'error', code: 'MS1004', message: `no resources in ${file}`, file });
    }
  }
  settleInjection(found, earlier);
  const { ours, foreign } = gatewaysByClass(found.resources, [...earlier.others, ...found.others]);
  for (const own of foreign) {
    const { gatewayClassName: className } = own.spec;
    const group = 'gateway.networking.k8s.io';
    countIgnored({ about: 'class', kind: 'Gateway', group, className }, own.file, found);
    found.others.push(own);
  }
  for (const own of found.others.filter((each) => isByHand(each, [...earlier.resources, ...found.resources])))
    countIgnored({ about: 'by-hand', kind: own.kind, service: servedByHand(own) }, own.file, found);
  for (const own of found.others.filter(isIngress)) {
    const others = [...earlier.others, ...found.others];
    const className = istiosIngressClass(own, others, [...earlier.resources, ...found.resources]);
    const what = { kind: 'Ingress', group: 'networking.k8s.io' };
    countIgnored(
      className === undefined ? { about: 'kind', ...what } : { about: 'class', ...what, className },
      own.file,
      found,
    );
  }
  return {
    manifest: {
      resources: withoutRolloutHashes(ours, earlier.resources),
      others: found.others,
      ignoredKinds: [...found.ignoredKinds.values()],
      ignoredFields: [...found.ignoredFields.values()],
    },
    problems: sortProblems([...found.problems, ...redefinitions(found.resources)]),
  };
}

interface Found {
  readonly resources: Resource[];
  readonly others: WrittenObject[];
  readonly ignoredKinds: Map<string, LeftOutObjects>;
  readonly ignoredFields: Map<string, { kind: string; field: string; file: string }>;
  readonly problems: Problem[];
}

function readObject(document: LocatedDocument, root: Path, data: unknown, found: Found): void {
  const refuse = (path: Path, what: 'key' | 'value', code: string, message: string, hint?: string): void => {
    found.problems.push(
      problemAt(document, [...root, ...path], what, {
        severity: 'error',
        code,
        message,
        ...(hint === undefined ? {} : { hint }),
      }),
    );
  };
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    refuse(
      [],
      'value',
      'MS1005',
      'a resource is a map with apiVersion, kind, metadata and spec',
      'are the "key:" lines missing?',
    );
    return;
  }
  const object = data as Readonly<Record<string, unknown>>;
  const { apiVersion, kind } = object;
  if (typeof kind !== 'string' || kind === '') {
    refuse(
      Object.hasOwn(object, 'kind') ? ['kind'] : [],
      'value',
      'MS1005',
      "Object 'Kind' is missing",
      'add a line such as kind: VirtualService',
    );
    return;
  }
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    const [known] = readersOf(kind);
    const hint = known === undefined ? undefined : `add apiVersion: ${versionOf(known)}`;
    refuse(
      Object.hasOwn(object, 'apiVersion') ? ['apiVersion'] : [],
      'value',
      'MS1005',
      'apiVersion not set',
      hint,
    );
    return;
  }
  const isList = kind === 'List' || (Array.isArray(object.items) && kind.endsWith('List'));
  if (isList) {
    const items: unknown = object.items;
    if (!Array.isArray(items)) refuse(['items'], 'value', 'MS1005', 'items of a List is missing, or no list');
    else
      items.forEach((item: unknown, index) => readObject(document, [...root, 'items', index], item, found));
    return;
  }
  const slash = apiVersion.indexOf('/');
  const [group, version] =
    slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
  const reader = readersOf(kind).find((own) => own.group === group && concerns(own, object));
  if (reader?.versions.includes(version) === true) {
    readResource(reader, document, root, object, found);
  } else if (reader !== undefined) {
    refuse(
      ['apiVersion'],
      'value',
      'MS1006',
      `no matches for kind "${kind}" in version "${apiVersion}"`,
      `use ${versionOf(reader)}`,
    );
  } else {
    const near = nearKind(group, kind);
    if (near === undefined) {
      if (!isIngress({ kind, apiVersion }))
        countIgnored({ about: 'kind', kind, group }, document.file, found);
      found.others.push(
        writtenObject(
          kind,
          readMetadata(new Cursor(object.metadata, ['metadata'], [])),
          document,
          root,
          object,
        ),
      );
    } else
      refuse(['kind'], 'value', 'MS1006', `no matches for kind "${kind}" in version "${apiVersion}"`, near);
  }
}

const concerns = (reader: KindReader, { metadata, data }: Readonly<Record<string, unknown>>): boolean => {
  const { name, namespace, ownerReferences } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  const [owner] = Array.isArray(ownerReferences) ? (ownerReferences as readonly { kind?: unknown }[]) : [];
  return (
    reader.concerns?.({
      name: String(name ?? ''),
      namespace: String(namespace ?? 'default'),
      owner: String(owner?.kind ?? ''),
      keys: Object.keys((data ?? {}) as object),
    }) ?? true
  );
};

/** Istio and Gateway API have a Gateway each. */
const readersOf = (kind: string): readonly KindReader[] =>
  (Object.values(kinds) as readonly KindReader[]).filter((own) => writtenKind(own.kind) === kind);

/** Istio's group is closed, so any other name in it is a slip; elsewhere only a name very near to one of ours. */
function nearKind(group: string, kind: string): string | undefined {
  const inGroup = Object.values(kinds)
    .filter((own) => own.group === group)
    .map((own) => writtenKind(own.kind));
  if (inGroup.length === 0 || otherKinds.includes(kind)) return undefined;
  const near = didYouMean(kind, inGroup);
  if (near !== undefined) return `did you mean "${near}"?`;
  return group === 'networking.istio.io'
    ? `Istio's kinds are ${[...inGroup, ...istioKinds].join(', ')}`
    : undefined;
}

const istioKinds = ['EnvoyFilter', 'WorkloadGroup', 'ProxyConfig'];
const otherKinds = [...istioKinds, 'Secret', 'ServiceAccount', 'GatewayClass', 'UDPRoute'];

const versionOf = (reader: Pick<KindReader, 'group' | 'versions'>): string =>
  reader.group === '' ? reader.versions[0]! : `${reader.group}/${reader.versions[0]!}`;

/** `v2` of `autoscaling/v2`. */
const versionIn = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1);

function countIgnored(what: Uncounted, file: string, found: Found): void {
  const key = JSON.stringify([what, file]);
  const count = (found.ignoredKinds.get(key)?.count ?? 0) + 1;
  found.ignoredKinds.set(key, { ...what, count, file });
}

/** Each of them without how many there are, and where. */
type Uncounted<Own = LeftOutObjects> = Own extends unknown ? Omit<Own, 'count' | 'file'> : never;

function readResource(
  reader: KindReader,
  document: LocatedDocument,
  root: Path,
  object: Readonly<Record<string, unknown>>,
  found: Found,
): void {
  const fields = checkFields(reader.fields, object, reader.unknownFields);
  const findings: Finding[] = [];
  const cursor = new Cursor(object, [], findings);
  if (reader.mayBeNameless !== true || cursor.at('metadata', 'name').written)
    checkMetadata(cursor.at('metadata'), reader.checkName);
  const metadata = readMetadata(cursor.at('metadata'));
  const spec = reader.read(
    cursor.at(reader.part ?? 'spec'),
    metadata,
    versionIn(String(object.apiVersion)),
    cursor,
  );
  // What a rule says of a part that has a mistake in its fields would be its echo.
  const told = [
    ...fields.findings,
    ...findings.filter((rule) => !fields.findings.some((slip) => isEcho(rule, slip))),
  ];
  for (const { severity, code, message, hint, path, what } of told.slice(0, findingLimit)) {
    const problem = { severity, code, message, ...(hint === undefined ? {} : { hint }) };
    found.problems.push(problemAt(document, [...root, ...path], what, problem));
  }
  if (told.length > findingLimit) {
    const message = `${told.length - findingLimit} more problems in this ${writtenKind(reader.kind)} are not listed`;
    found.problems.push(problemAt(document, root, 'value', { severity: 'info', code: 'MS1015', message }));
  }
  for (const field of [
    ...fields.ignored,
    ...actingMetadata(cursor, reader.group),
    ...(reader.leftOut?.(cursor) ?? []),
  ]) {
    const key = `${reader.kind} ${field}`;
    if (!found.ignoredFields.has(key))
      found.ignoredFields.set(key, { kind: writtenKind(reader.kind), field, file: document.file });
  }
  const written = writtenObject(reader.kind, metadata, document, root, object);
  if ([...fields.findings, ...findings].some((finding) => finding.severity === 'error')) {
    found.others.push(written);
    return;
  }
  const resource = { ...written, spec } as unknown as Resource;
  rememberOrigin(resource, document, root);
  found.resources.push(resource);
}

function writtenObject(
  kind: string,
  metadata: ResourceMeta,
  document: LocatedDocument,
  root: Path,
  source: Readonly<Record<string, unknown>>,
): WrittenObject {
  const written = {
    apiVersion: String(source.apiVersion),
    kind,
    metadata,
    source,
    file: document.file,
    line: document.lineOf(root),
  };
  rememberOrigin(written, document, root);
  return written;
}

function checkMetadata(metadata: Cursor, checkName: KindReader['checkName']): void {
  const name = metadata.at('name');
  if (!metadata.isSet || (!name.written && !metadata.at('generateName').isSet) || name.text === '') {
    name.invalid('Required value: name or generateName is required');
  } else if (name.text === undefined && metadata.at('generateName').isSet) {
    name.say(
      'error',
      'MS1014',
      'metadata.name: Required value: generateName is not modelled',
      'give it a name',
    );
  } else checkName(name);
}

const readMetadata = (metadata: Cursor): ResourceMeta => ({
  name: metadata.at('name').text ?? '',
  namespace: metadata.at('namespace').text || 'default',
  labels: metadata.at('labels').textMap,
  annotations: metadata.at('annotations').textMap,
});

/** Of one resource; a text that is no manifest at all could have many thousands. */
const findingLimit = 200;

const isEcho = (rule: Finding, slip: Finding): boolean =>
  slip.severity === 'error' &&
  (isAtOrUnder(slip.path, rule.path) || (slip.meant !== undefined && isAtOrUnder(slip.meant, rule.path)));

const isAtOrUnder = (path: Path, ancestor: Path): boolean =>
  ancestor.every((part, index) => path[index] === part);

/** kubectl would apply both, and the later one would stay. */
function redefinitions(resources: readonly Resource[]): Problem[] {
  const first = new Map<string, Resource>();
  return resources.flatMap((resource) => {
    const key = `${resource.kind} ${resource.metadata.namespace}/${resource.metadata.name}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, resource);
    return before === undefined
      ? []
      : [
          {
            severity: 'warning' as const,
            code: 'MS1030',
            message: `${writtenKind(resource.kind)} ${resource.metadata.namespace}/${resource.metadata.name} is defined again; the later definition replaces the one at ${before.file}:${before.line}`,
            file: resource.file,
            line: resource.line,
            column: 1,
          },
        ];
  });
}
