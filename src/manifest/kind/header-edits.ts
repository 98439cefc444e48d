import type { Cursor } from '../cursor.ts';
import type { HeaderEdits, Headers } from '../resource.ts';
import { list, map, struct, text, type Shape } from '../schema.ts';

/** Of requests, whoever comes next may look at any header; the name of the host routes nobody any more. */
const ofRequests = (name: string): boolean => !isAuthority(name) && !/^x-envoy-/i.test(name);

/** Of answers, clients keep cookies, and nobody looks at anything else. */
const ofAnswers = (name: string): boolean => name.toLowerCase() === 'set-cookie';

const isAuthority = (name: string): boolean => /^(:authority|host)$/i.test(name);

/** Envoy puts a value of its own there: "%DOWNSTREAM_REMOTE_ADDRESS%". Twice written it is a plain %. */
const isCommand = (value: unknown): boolean =>
  typeof value === 'string' && value.replaceAll('%%', '').includes('%');

const editsOf = (acts: (name: string) => boolean): Shape => {
  const values = map(text, (name, value) => acts(name) && !isCommand(value));
  return struct({ set: values, add: values, remove: list(text, (name) => acts(String(name))) });
};

/** Headers of istio/api networking/v1alpha3/virtual_service.proto. */
export const headersFields = struct({ request: editsOf(ofRequests), response: editsOf(ofAnswers) });

const named = struct({ name: text, value: text }, { required: ['name', 'value'] });

const namedEdits = (acts: (name: string) => boolean): Shape => {
  const values = list(named, (item) => {
    const { name, value } = item as { readonly name?: unknown; readonly value?: unknown };
    return acts(String(name)) && !isCommand(value);
  });
  return struct({ set: values, add: values, remove: list(text, (name) => acts(String(name))) });
};

/** HTTPHeaderFilter of kubernetes-sigs/gateway-api apis/v1/httproute_types.go. */
export const requestModifierFields = namedEdits(ofRequests);
export const responseModifierFields = namedEdits(ofAnswers);

/** A rule's headers, or a destination's; {} where it says nothing of them. */
export function readHeaders(headers: Cursor): { readonly headers?: Headers } {
  const side = (name: 'request' | 'response'): Headers => {
    const edits = headers.at(name);
    return edits.isSet
      ? {
          [name]: {
            set: edits.at('set').textMap,
            add: edits.at('add').textMap,
            remove: edits.at('remove').texts,
          },
        }
      : {};
  };
  return headers.isSet ? { headers: { ...side('request'), ...side('response') } } : {};
}

/** Of a filter's lists the first entry of a name counts (pilot/pkg/config/kube/gateway/conversion.go, headerListToMap). */
export function readModifier(modifier: Cursor): HeaderEdits {
  const byName = (field: 'set' | 'add'): Readonly<Record<string, string>> => {
    const values: Record<string, string> = {};
    for (const item of modifier.at(field).items) {
      const name = (item.at('name').text ?? '').toLowerCase();
      if (!Object.hasOwn(values, name)) values[name] = item.at('value').text ?? '';
    }
    return values;
  };
  return { set: byName('set'), add: byName('add'), remove: modifier.at('remove').texts };
}

/** Istio's ValidateHTTPHeaderWithAuthorityOperationName, ValidateHTTPHeaderOperationName and ValidateHTTPHeaderValue. */
export function checkHeaderEdits(headers: Cursor): void {
  for (const side of ['request', 'response'] as const) {
    const edits = headers.at(side);
    const values = [...edits.at('set').entries, ...edits.at('add').entries];
    const names = [
      ...values.map(([name, own]) => ({ name, own, mayBeHost: side === 'request' })),
      ...edits.at('remove').items.map((own) => ({ name: own.text ?? '', own, mayBeHost: false })),
    ];
    for (const { name, own, mayBeHost } of names) {
      if (name === '') own.refuse('header name cannot be empty');
      else if (mayBeHost && isAuthority(name)) continue;
      else if (name.toLowerCase() === 'host') own.refuse(`invalid header "${name}": cannot set Host header`);
      else if (name.startsWith(':')) own.refuse(`invalid header "${name}": header cannot have ":" prefix`);
    }
    for (const [, own] of values) {
      const value = own.text ?? '';
      // A tab is fine, other signs without a shape are not (httpHeaderValueRegexp).
      if (/[\0-\x08\n-\x1f\x7f]/.test(value)) own.refuse(`header value configuration ${value} is invalid`);
      else if (!isFormat(value)) {
        own.refuse(
          `header value configuration: invalid header configuration. ${
            value.endsWith('%') && isFormat(value.slice(0, -1))
              ? 'Un-escaped %'
              : `Un-terminated variable expression '${value}'`
          }`,
          'a plain % is written %%, and a variable of Envoy between two of them: %HOSTNAME%',
        );
      }
    }
  }
}

/** Text with variables of Envoy in it, as Envoy's own parser reads it (pkg/config/validation/header_value_validator.go). */
const isFormat = (value: string): boolean => /^(?:[^%]|%%|%[^%(]*(?:\((?:[^\\)]|\\.)*\) *)?%)*$/s.test(value);

/** Istio's validateAuthorityRewrite: the authority is set in one place. */
export function checkAuthority(http: Cursor): void {
  let current = http.at('rewrite', 'authority').text ?? '';
  for (const edit of ['set', 'add']) {
    for (const [name, own] of http.at('headers', 'request', edit).entries) {
      if (!isAuthority(name)) continue;
      const next = own.text ?? '';
      if (current !== '')
        own.refuse(
          `authority header cannot be set multiple times: have "${current}", attempting to set "${next}"`,
        );
      else current = next;
    }
  }
}
