import type { Cursor } from '../cursor.ts';
import { istio } from './message.ts';
import { problemIn } from './problem-in.ts';
import { nameOf, type Check } from './setting.ts';

/** TLS to a server whose certificate nobody looks at (analyzers/destinationrule/ca-certificates.go). */
export const serverCertificates: Check = (setting) =>
  setting.written('networking.istio.io', 'DestinationRule').flatMap(({ object, namespace, spec }) => {
    const isSelective = spec.at('workloadSelector').isSet;
    const unchecked = (tls: Cursor): boolean =>
      ['SIMPLE', 'MUTUAL'].includes(tls.at('mode').text ?? '') &&
      (tls.at('caCertificates').text ?? '') === '' &&
      !(isSelective && (tls.at('credentialName').text ?? '') !== '');
    const say = (tls: Cursor, port?: number) =>
      problemIn(object, tls.at('mode').path, 'value', {
        ...istio(port === undefined ? 'IST0128' : 'IST0129'),
        message: `DestinationRule ${nameOf(object)} in namespace ${namespace} has TLS mode set to ${tls.at('mode').text ?? ''} but no caCertificates are set to validate server identity for host: ${spec.at('host').text ?? ''}${port === undefined ? '' : ` at port number:${port}`}`,
      });
    const policy = spec.at('trafficPolicy');
    return [
      ...(unchecked(policy.at('tls')) ? [say(policy.at('tls'))] : []),
      ...policy
        .at('portLevelSettings')
        .items.filter((own) => unchecked(own.at('tls')))
        .map((own) => say(own.at('tls'), own.at('port', 'number').number ?? 0)),
    ];
  });
