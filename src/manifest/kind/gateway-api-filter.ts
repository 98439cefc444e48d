import type { Cursor } from '../cursor.ts';
import type { Headers, HttpRouteRule, PathModifier } from '../resource.ts';
import { anything, ignored, int32, oneOfWords, struct, text, type Struct } from '../schema.ts';
import {
  backendFields,
  checkHostname,
  checkItems,
  checkRange,
  readBackend,
  refuseRule,
} from './gateway-api.ts';
import { readModifier, requestModifierFields, responseModifierFields } from './header-edits.ts';

/** The filters of an HTTPRoute (HTTPRouteFilter): each has a type, and the block of that name and no other. */
const blocks = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
  CORS: 'cors',
  ExternalAuth: 'externalAuth',
} as const;

const pathModifier = struct(
  {
    type: oneOfWords('ReplaceFullPath', 'ReplacePrefixMatch'),
    replaceFullPath: text,
    replacePrefixMatch: text,
  },
  { required: ['type'] },
);

export const filterFields = struct(
  {
    type: oneOfWords(...Object.keys(blocks)),
    requestHeaderModifier: requestModifierFields,
    responseHeaderModifier: responseModifierFields,
    requestMirror: struct(
      {
        backendRef: struct(backendFields, { required: ['name'] }),
        percent: int32,
        fraction: struct({ numerator: int32, denominator: int32 }, { required: ['numerator'] }),
      },
      { required: ['backendRef'] },
    ),
    requestRedirect: struct({
      scheme: oneOfWords('http', 'https'),
      hostname: text,
      path: pathModifier,
      port: int32,
      statusCode: int32,
    }),
    urlRewrite: struct({ hostname: ignored(text), path: pathModifier }),
    cors: ignored(anything),
    externalAuth: ignored(anything),
    extensionRef: ignored(struct({ group: text, kind: text, name: text }, { required: ['kind', 'name'] })),
  },
  { required: ['type'] },
);

/** Of a backend istiod takes those that change headers. */
export const backendFilterFields = struct(
  {
    ...filterFields.fields,
    requestMirror: ignored(filterFields.fields['requestMirror']!),
    requestRedirect: ignored(filterFields.fields['requestRedirect']!),
  },
  { required: ['type'] },
);

const inGrpc = ['requestHeaderModifier', 'responseHeaderModifier', 'requestMirror', 'extensionRef'];

/** Those that a GRPCRoute may have (GRPCRouteFilter), of a rule or of a backend. */
export const grpcFilterFields = (fields: Struct): Struct =>
  struct(
    {
      type: oneOfWords(
        ...Object.keys(blocks).filter((own) => inGrpc.includes(blocks[own as keyof typeof blocks])),
      ),
      ...Object.fromEntries(Object.entries(fields.fields).filter(([name]) => inGrpc.includes(name))),
    },
    { required: ['type'] },
  );

/** Rules on a rule's filters together, and on each. */
export function checkFilters(rule: Cursor): void {
  const filters = rule.at('filters');
  checkItems(filters, 0, 16);
  const types = filters.items.map((own) => own.at('type').text ?? '');
  const redirects = types.includes('RequestRedirect');
  if (redirects && types.includes('URLRewrite'))
    refuseRule(
      filters,
      'May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both',
    );
  for (const type of [
    'CORS',
    'RequestHeaderModifier',
    'ResponseHeaderModifier',
    'RequestRedirect',
    'URLRewrite',
  ]) {
    if (types.filter((own) => own === type).length > 1)
      refuseRule(filters, `${type} filter cannot be repeated`);
  }
  if (redirects && rule.at('backendRefs').items.length > 0)
    refuseRule(rule, 'RequestRedirect filter must not be used together with backendRefs');
  for (const filter of filters.items) checkFilter(rule, filter);
}

function checkFilter(rule: Cursor, filter: Cursor): void {
  const type = filter.at('type').text;
  for (const [own, block] of Object.entries(blocks)) {
    if (own !== type && filter.at(block).isSet)
      refuseRule(filter, `filter.${block} must be nil if the filter.type is not ${own}`);
    if (own === type && !filter.at(block).isSet)
      refuseRule(filter, `filter.${block} must be specified for ${own} filter.type`);
  }
  const mirror = filter.at('requestMirror');
  const fraction = mirror.at('fraction');
  if (mirror.at('percent').written && fraction.isSet)
    refuseRule(mirror, 'Only one of percent or fraction may be specified in HTTPRequestMirrorFilter');
  checkRange(mirror.at('percent'), 0, 100);
  checkRange(fraction.at('numerator'), 0, 2147483647);
  checkRange(fraction.at('denominator'), 1, 2147483647);
  if ((fraction.at('numerator').number ?? 0) > (fraction.at('denominator').number ?? 100))
    refuseRule(fraction, 'numerator must be less than or equal to denominator');
  const redirect = filter.at('requestRedirect');
  const status = redirect.at('statusCode');
  if (status.number !== undefined && ![301, 302, 303, 307, 308].includes(status.number)) {
    status.invalid(
      `Unsupported value: ${status.number}: supported values: "301", "302", "303", "307", "308"`,
    );
  }
  checkRange(redirect.at('port'), 1, 65535);
  for (const [name, block] of [
    ['RequestRedirect', redirect],
    ['URLRewrite', filter.at('urlRewrite')],
  ] as const) {
    if (block.at('hostname').isSet) checkHostname(block.at('hostname'));
    checkPathModifier(rule, name, block.at('path'));
  }
}

function checkPathModifier(rule: Cursor, filter: string, path: Cursor): void {
  if (!path.isSet) return;
  const type = path.at('type').text;
  for (const [own, field] of [
    ['ReplaceFullPath', 'replaceFullPath'],
    ['ReplacePrefixMatch', 'replacePrefixMatch'],
  ] as const) {
    if (own === type && !path.at(field).written)
      refuseRule(path, `${field} must be specified when type is set to '${own}'`);
    if (own !== type && path.at(field).written)
      refuseRule(path, `type must be '${own}' when ${field} is set`);
  }
  if (type !== 'ReplacePrefixMatch') return;
  const matches = rule.at('matches');
  const isPrefix =
    !matches.isSet ||
    (matches.items.length === 1 && (matches.at(0, 'path', 'type').text ?? 'PathPrefix') === 'PathPrefix');
  if (!isPrefix) {
    refuseRule(
      rule,
      `When using ${filter} filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified`,
    );
  }
}

/** Filters that the model reads. An unset mirror share is all, a redirect's unset status 302. */
export function readFilters(
  filters: Cursor,
  namespace: string,
): Pick<HttpRouteRule, 'redirect' | 'rewrite' | 'mirrors' | 'headers'> {
  const of = (type: keyof typeof blocks): Cursor[] => blocksOf(filters, type);
  const [redirect] = of('RequestRedirect');
  const [rewrite] = of('URLRewrite');
  return {
    ...readModifiers(filters),
    mirrors: of('RequestMirror').map((own) => ({
      backendRef: readBackend(own.at('backendRef'), namespace),
      percent: mirrorPercent(own),
    })),
    ...(redirect === undefined
      ? {}
      : {
          redirect: {
            ...textOf(redirect, 'scheme'),
            ...textOf(redirect, 'hostname'),
            ...(redirect.at('port').number === undefined ? {} : { port: redirect.at('port').number! }),
            ...pathOf(redirect),
            statusCode: redirect.at('statusCode').number ?? 302,
          },
        }),
    ...(rewrite === undefined ? {} : { rewrite: { ...textOf(rewrite, 'hostname'), ...pathOf(rewrite) } }),
  };
}

const blocksOf = (filters: Cursor, type: keyof typeof blocks): Cursor[] =>
  filters.items.filter((own) => own.at('type').text === type).map((own) => own.at(blocks[type]));

/** Type of a filter that istiod does not know where it stands: of a backend it knows those of headers alone. */
export function unsupportedFilter(rule: Cursor): string | undefined {
  const typesOf = (own: Cursor): string[] =>
    own.at('filters').items.flatMap((each) => each.at('type').text ?? []);
  return (
    typesOf(rule).find((own) => own === 'ExtensionRef' || own === 'ExternalAuth') ??
    rule
      .at('backendRefs')
      .items.flatMap(typesOf)
      .find((own) => !own.endsWith('HeaderModifier'))
  );
}

/** What a rule's filters, or a backend's, do to headers; of filters of one type the last counts, as istiod goes through them. */
export function readModifiers(filters: Cursor): { readonly headers?: Headers } {
  const request = blocksOf(filters, 'RequestHeaderModifier').at(-1);
  const response = blocksOf(filters, 'ResponseHeaderModifier').at(-1);
  if (request === undefined && response === undefined) return {};
  return {
    headers: {
      ...(request === undefined ? {} : { request: readModifier(request) }),
      ...(response === undefined ? {} : { response: readModifier(response) }),
    },
  };
}

const mirrorPercent = (mirror: Cursor): number => {
  const fraction = mirror.at('fraction');
  return fraction.isSet
    ? (100 * (fraction.at('numerator').number ?? 0)) / (fraction.at('denominator').number ?? 100)
    : (mirror.at('percent').number ?? 100);
};

const textOf = <F extends string>(block: Cursor, field: F): Partial<Record<F, string>> => {
  const own = block.at(field).text;
  return own === undefined ? {} : ({ [field]: own } as Record<F, string>);
};

function pathOf(block: Cursor): { path?: PathModifier } {
  const path = block.at('path');
  const [full, prefix] = [path.at('replaceFullPath').text, path.at('replacePrefixMatch').text];
  if (full !== undefined) return { path: { type: 'ReplaceFullPath', replaceFullPath: full } };
  return prefix === undefined ? {} : { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: prefix } };
}
