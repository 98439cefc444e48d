import type { HeaderEdits, Headers } from '../../manifest/resource.ts';
import type { HeaderOperations, HeaderValueOption } from '../envoy/route.ts';

/** Of a rule or a destination, and the authority that it asks for, which is no header to Envoy. */
export interface TranslatedHeaders {
  readonly operations: HeaderOperations;
  readonly authority: string | undefined;
}

/** pilot/pkg/networking/core/route/route.go, TranslateHeadersOperations. */
export function translateHeaders(headers: Headers | undefined): TranslatedHeaders {
  const { request, response } = headers ?? {};
  return {
    operations: {
      ...filled('request_headers_to_add', addedBy(request)),
      ...filled('request_headers_to_remove', removedBy(request)),
      ...filled('response_headers_to_add', addedBy(response)),
      ...filled('response_headers_to_remove', removedBy(response)),
    },
    authority: authorityOf(request?.set) ?? authorityOf(request?.add),
  };
}

/** A single destination's operations come after its rule's in the same lists (processDestination). */
export function together(one: HeaderOperations, other: HeaderOperations): HeaderOperations {
  const both = <F extends keyof HeaderOperations>(field: F): object =>
    filled(field, [...(one[field] ?? []), ...(other[field] ?? [])]);
  return {
    ...both('request_headers_to_add'),
    ...both('request_headers_to_remove'),
    ...both('response_headers_to_add'),
    ...both('response_headers_to_remove'),
  };
}

const filled = (field: keyof HeaderOperations, list: readonly unknown[]): object =>
  list.length === 0 ? {} : { [field]: list };

/** translateAppendHeaders: what is set, then what is added, each by name. */
const addedBy = (edits: HeaderEdits | undefined): HeaderValueOption[] => [
  ...byName(edits?.set).map(([key, value]) => ({
    header: { key, value },
    append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' as const,
  })),
  ...byName(edits?.add).map(([key, value]) => ({ header: { key, value } })),
];

const byName = (values: Readonly<Record<string, string>> | undefined): (readonly [string, string])[] =>
  Object.entries(values ?? {})
    .filter(([name]) => !isInternal(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));

const removedBy = (edits: HeaderEdits | undefined): string[] =>
  (edits?.remove ?? []).filter((name) => !isInternal(name));

const isInternal = (name: string): boolean => name.startsWith(':') || name.toLowerCase() === 'host';

const authorityOf = (values: Readonly<Record<string, string>> | undefined): string | undefined =>
  Object.entries(values ?? {}).find(
    ([name, value]) => /^(:authority|host)$/i.test(name) && value !== '',
  )?.[1];
