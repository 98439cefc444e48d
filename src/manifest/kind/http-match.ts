import type { Cursor } from '../cursor.ts';
import { isDns1123Label, fqdnProblem, labelsProblems } from '../host-name.ts';
import { linearRegex } from '../linear-regex.ts';
import { routingClaim } from '../routing-claim.ts';
import type { HttpMatch, StringMatch } from '../resource.ts';
import { boolean, ignored, list, map, struct, text, uint32 } from '../schema.ts';
import { checkPort } from './destination.ts';

export const stringMatchFields = struct(
  { exact: text, prefix: text, regex: text },
  { oneOf: [['exact', 'prefix', 'regex']] },
);

export const httpMatchFields = struct({
  name: text,
  uri: stringMatchFields,
  scheme: stringMatchFields,
  method: stringMatchFields,
  authority: stringMatchFields,
  headers: map(stringMatchFields),
  withoutHeaders: map(stringMatchFields),
  queryParams: map(stringMatchFields),
  port: uint32,
  sourceLabels: map(text),
  sourceNamespace: text,
  gateways: list(text),
  ignoreUriCase: boolean,
  statPrefix: ignored(text),
});

/** Istio's validateHTTPRouteMatchRequest for one match. */
export function readHttpMatch(match: Cursor): HttpMatch {
  const port = match.at('port');
  if (port.number !== undefined && port.number !== 0) checkPort(port);
  checkLabels(match.at('sourceLabels'));
  checkGatewayNames(match.at('gateways'));
  const namespace = match.at('sourceNamespace');
  if (namespace.text !== undefined && namespace.text !== '' && !isDns1123Label(namespace.text)) {
    namespace.refuse(`sourceNamespace match ${namespace.text} is invalid`);
  }
  const one = (
    field: 'uri' | 'scheme' | 'method' | 'authority',
  ): Partial<Record<typeof field, StringMatch>> =>
    match.at(field).isSet ? { [field]: readStringMatch(match.at(field), field) } : {};
  const many = (field: 'headers' | 'withoutHeaders' | 'queryParams') =>
    match.at(field).isSet
      ? {
          [field]: Object.fromEntries(
            match.at(field).entries.map(([name, own]) => {
              if (field !== 'queryParams') checkHeaderName(own, name);
              if (field === 'headers' && own.data === null)
                own.refuse(
                  `header match ${name} cannot be null`,
                  'write {} for a header that only has to be there',
                );
              return [name, readStringMatch(own, field)];
            }),
          ),
        }
      : {};
  const name = match.at('name').text;
  const ignoreUriCase = match.at('ignoreUriCase').boolean;
  return {
    ...(name === undefined ? {} : { name }),
    ...one('uri'),
    ...(ignoreUriCase === undefined ? {} : { ignoreUriCase }),
    ...one('scheme'),
    ...one('method'),
    ...one('authority'),
    ...many('headers'),
    ...many('withoutHeaders'),
    ...many('queryParams'),
    ...(port.number === undefined || port.number === 0 ? {} : { port: port.number }),
    ...(match.at('sourceLabels').isSet ? { sourceLabels: match.at('sourceLabels').textMap } : {}),
    ...(namespace.text === undefined || namespace.text === '' ? {} : { sourceNamespace: namespace.text }),
    ...(match.at('gateways').texts.length === 0 ? {} : { gateways: match.at('gateways').texts }),
  };
}

/** Istio's validateStringMatch. */
export function readStringMatch(own: Cursor, where: string): StringMatch {
  const [exact, prefix, regex] = [own.at('exact').text, own.at('prefix').text, own.at('regex').text];
  if (prefix === '' && where !== 'uri')
    own.at('prefix').refuse(`"${where}": prefix string match should not be empty`);
  // `*` is no RE2 expression; without a header it means that the header must not be there.
  if (regex !== undefined && !(where === 'withoutHeaders' && regex === '*'))
    checkRegex(own.at('regex'), where);
  return {
    ...(exact === undefined ? {} : { exact }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(regex === undefined ? {} : { regex }),
  };
}

/** Istio's validateStringRegexp. */
export function checkRegex(own: Cursor, where: string): void {
  const regex = own.text ?? '';
  if (regex === '') own.refuse(`"${where}": regex string match should not be empty`);
  else if (regex.length > 1024) own.refuse(`"${where}": regex is too large, max length allowed is 1024`);
  else {
    const read = linearRegex(regex);
    if ('problem' in read) {
      own.refuse(
        `"${where}": error parsing regexp: ${read.problem}; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)`,
      );
    }
  }
}

const pseudoHeaders = [':method', ':scheme', ':authority', ':path', ':status'];

/** Istio's ValidateHTTPHeaderNameOrJwtClaimRoute; the letters of a name are those of RFC 7230. */
function checkHeaderName(own: Cursor, name: string): void {
  if (routingClaim(name) !== undefined || pseudoHeaders.includes(name)) return;
  if (name === '') own.refuse('header name cannot be empty');
  else if (!/^[-!#$%&'*+.^_`|~A-Za-z0-9]+$/.test(name))
    own.refuse(`header name ${name} is not a valid header name`);
}

export function checkLabels(labels: Cursor): void {
  for (const problem of labelsProblems(labels.textMap)) labels.refuse(problem);
}

/** Istio's validateGatewayNames. */
export function checkGatewayNames(gateways: Cursor): void {
  for (const gateway of gateways.items) {
    const name = gateway.text;
    if (name === undefined) continue;
    const slash = name.indexOf('/');
    if (slash < 0) {
      const problem = fqdnProblem(name);
      if (problem !== undefined) gateway.refuse(problem);
      else if (name.includes('.')) {
        const [own, namespace] = name.split('.');
        gateway.warn(
          `using legacy gatewayName format "${name}"; prefer the <namespace>/<name> format: "${namespace}/${own}"`,
        );
      }
      continue;
    }
    const [namespace, own] = [name.slice(0, slash), name.slice(slash + 1)];
    if (namespace === '' || own === '') gateway.refuse('config namespace and gateway name cannot be empty');
    else if (!isDns1123Label(namespace)) gateway.refuse(`invalid value for namespace: "${namespace}"`);
    else if (!isDns1123Label(own)) gateway.refuse(`invalid value for gateway name: "${own}"`);
  }
}
