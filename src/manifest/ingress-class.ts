import { Cursor } from './cursor.ts';
import type { Resource, WrittenObject } from './resource.ts';

/**
 * Class of an Ingress that istiod would make rules and a server of; undefined: it leaves it to another controller (istio
 * pilot/pkg/config/kube/ingress/virtualservices.go, shouldProcessIngressWithClass). Without a class it takes one only where the
 * settings of the mesh say `ingressControllerMode: DEFAULT`.
 *
 * @param others among which IngressClasses are @param resources among which the settings of the mesh are
 */
export function istiosIngressClass(
  ingress: WrittenObject,
  others: readonly WrittenObject[],
  resources: readonly Resource[],
): string | undefined {
  const settings = resources.findLast((own) => own.kind === 'MeshConfig')?.spec.ingress;
  const { mode, className } = { mode: 'STRICT', className: 'istio', ...settings };
  const annotated = ingress.metadata.annotations['kubernetes.io/ingress.class'];
  if (annotated !== undefined) return mode !== 'OFF' && annotated === className ? annotated : undefined;
  const named = new Cursor(ingress.source, [], []).at('spec', 'ingressClassName').text;
  if (named === undefined) return mode === 'DEFAULT' ? className : undefined;
  const known = others.find(({ kind, metadata }) => kind === 'IngressClass' && metadata.name === named);
  // Where it is not among the manifests, its name tells as much as there is to know.
  if (known === undefined) return named === 'istio' ? named : undefined;
  const controller = new Cursor(known.source, [], []).at('spec', 'controller').text;
  return controller === 'istio.io/ingress-controller' ? named : undefined;
}

export const isIngress = ({ kind, apiVersion }: Pick<WrittenObject, 'kind' | 'apiVersion'>): boolean =>
  kind === 'Ingress' && apiVersion.startsWith('networking.k8s.io/');
