import { matches } from '../labels.ts';
import type { Cursor } from '../cursor.ts';
import type { Problem } from '../problem.ts';
import { installedNamespace, isInstalledGateway } from './installed-gateway.ts';
import { istio, notFound } from './message.ts';
import { problemIn } from './problem-in.ts';
import { nameOf, type Check, type Setting } from './setting.ts';
import type { Written } from './written.ts';

/** Certificates of Gateways: two of one certificate, and those that are not there. */
export const gatewayCertificates: Check = (setting) =>
  setting
    .written('networking.istio.io', 'Gateway')
    .flatMap((own) => [...duplicates(setting, own), ...credentials(setting, own)]);

/**
 * analyzers/gateway/certificate.go: a browser that has a connection for one host sends requests for another over it, if the
 * certificate is the same, and the other Gateway does not see them.
 */
function duplicates(setting: Setting, own: Written): readonly Problem[] {
  const selector = own.spec.at('selector').textMap;
  return setting
    .written('networking.istio.io', 'Gateway')
    .filter((other) => other !== own && matches(selector, other.spec.at('selector').textMap))
    .flatMap((other) =>
      tlsOf(own).flatMap((mine) =>
        tlsOf(other)
          .filter((theirs) => isSame(mine, theirs))
          .map(() =>
            problemIn(own.object, mine.path, 'key', {
              ...istio('IST0138'),
              message: `Duplicate certificate in multiple gateways [${nameOf(own.object)} ${nameOf(other.object)}] may cause 404s if clients re-use HTTP2 connections.`,
            }),
          ),
      ),
    );
}

const tlsOf = (own: Written): readonly Cursor[] =>
  own.spec
    .at('servers')
    .items.map((server) => server.at('tls'))
    .filter((tls) => tls.isSet);

function isSame(one: Cursor, other: Cursor): boolean {
  const [a, b] = [textOf(one, 'credentialName'), textOf(other, 'credentialName')];
  if (a !== '' || b !== '') return a === b;
  return ['serverCertificate', 'privateKey'].every(
    (field) => textOf(one, field) !== '' && textOf(one, field) === textOf(other, field),
  );
}

/** analyzers/gateway/secret.go: a Secret beside the proxy's pods. Where none is here, they are elsewhere. */
function credentials(setting: Setting, own: Written): readonly Problem[] {
  const secrets = setting.written('', 'Secret');
  if (secrets.length === 0) return [];
  const selector = own.spec.at('selector').textMap;
  const pod = setting.pods.find(({ labels }) => matches(selector, labels));
  const namespace = pod?.namespace ?? (isInstalledGateway(selector) ? installedNamespace : undefined);
  if (namespace === undefined) return [];
  return tlsOf(own).flatMap((tls): readonly Problem[] => {
    const name = textOf(tls, 'credentialName');
    if (name === '') return [];
    const secret = secrets.find((one) => one.namespace === namespace && one.name === name);
    if (secret === undefined)
      return [notFound(own.object, tls.at('credentialName').path, 'credentialName', name)];
    if (hasCertificate(secret)) return [];
    return [
      problemIn(own.object, tls.at('credentialName').path, 'value', {
        ...istio('IST0161'),
        message: `The credential referenced by the Gateway ${own.name} in namespace ${namespace} is invalid, which can cause the traffic not to work as expected.`,
      }),
    ];
  });
}

/** A key and a certificate under one of the two pairs of names, in PEM. Whether it has expired a clock would have to say. */
function hasCertificate({ object }: Written): boolean {
  const data = (object.source['data'] ?? {}) as Readonly<Record<string, unknown>>;
  const text = (object.source['stringData'] ?? {}) as Readonly<Record<string, unknown>>;
  const has = (key: string): boolean => {
    const [encoded, plain] = [data[key], text[key]];
    if (typeof plain === 'string') return plain.includes('-----BEGIN');
    // "-----BEGIN" in base64.
    return typeof encoded === 'string' && encoded.trim().startsWith('LS0tLS1CRUdJTi');
  };
  return (has('tls.crt') && has('tls.key')) || (has('cert') && has('key'));
}

const textOf = (own: Cursor, field: string): string => own.at(field).text ?? '';
