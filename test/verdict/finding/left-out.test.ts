import { expect, test } from 'vitest';
import { notModelled } from '../../../src/manifest/not-modelled.ts';
import { parseManifests } from '../../../src/manifest/parse.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { leftOut } from '../../../src/verdict/finding/left-out.ts';
import { service } from '../../support/world.ts';

const ofKind = (apiVersion: string, kind: string): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: own }
spec: {}
---`;

const rule = (policy: string, host = 'web'): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: own }
spec: { host: ${host}, trafficPolicy: { ${policy} } }
---`;

const outside = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: pay }
spec: { hosts: [pay.example.com], ports: [{ number: 443, name: https, protocol: HTTPS }], resolution: DNS }
---`;

const unready = service('web').replace('spec: { ', 'spec: { publishNotReadyAddresses: true, ');

test.each([
  {
    text: ofKind('networking.k8s.io/v1', 'NetworkPolicy'),
    tells: true,
    because: 'it may let nobody in (Kubernetes, Network Policies)',
  },
  {
    text: ofKind('v1', 'ResourceQuota'),
    tells: true,
    because: 'pods above it are not made (Kubernetes, Resource Quotas)',
  },
  {
    text: ofKind('v1', 'LimitRange'),
    tells: true,
    because: 'pods get its requests and limits, and autoscalers read these (Kubernetes, Limit Ranges)',
  },
  {
    text: ofKind('v1', 'ReplicationController'),
    tells: true,
    because: 'its pods are endpoints like others',
  },
  {
    text: ofKind('v1', 'PersistentVolumeClaim'),
    tells: false,
    because: 'no request asks for it',
  },
  {
    text: rule('outlierDetection: { consecutive5xxErrors: 2, outlierDetectionHttpErrorCodes: [404] }'),
    tells: true,
    because: 'other answers eject then (cluster_traffic_policy.go, applyOutlierDetectionErrorCodes)',
  },
  {
    text: rule('proxyProtocol: { version: V2 }'),
    tells: true,
    because: 'the application has to speak it (destination_rule.proto, ProxyProtocol)',
  },
  {
    text: service('web') + rule('tls: { mode: SIMPLE }'),
    tells: true,
    because:
      'sidecars pass TLS that is not Istio’s on to the application (destination_rule.proto, ClientTLSSettings)',
  },
  {
    text: service('web') + rule('portLevelSettings: [{ port: { number: 9080 }, tls: { mode: SIMPLE } }]'),
    tells: true,
    because: 'on one port, too',
  },
  {
    text: service('web') + rule('tls: { mode: ISTIO_MUTUAL }'),
    tells: false,
    because: 'that is what sidecars do by themselves',
  },
  {
    text: outside + rule('tls: { mode: SIMPLE }', 'pay.example.com'),
    tells: false,
    because: 'a host outside ends the TLS itself',
  },
  {
    text: unready,
    tells: true,
    because: 'pods that do not serve yet get requests (EndpointSlices, publishNotReadyAddresses)',
  },
  {
    text: unready.replace('spec: { ', 'spec: { clusterIP: None, '),
    tells: false,
    because: 'so the pods of a StatefulSet find each other by name',
  },
])('what is left out forbids the tick: $tells, as $because', ({ text, tells }) => {
  const { manifest, problems } = parseManifests([{ file: 'own.yaml', text }]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const record = { ignored: notModelled([manifest]), mesh: [] } as unknown as RunRecord;
  expect(leftOut.seenIn(record).map(({ level }) => level)).toEqual(tells ? ['harms'] : []);
});
