import type { Deployment } from '../../manifest/resource.ts';

/** A pod as the mesh sees it. Pods are ready from the start of a run and stay. */
export interface Pod {
  readonly name: string;
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** False where the template (label or annotation) says `sidecar.istio.io/inject: "false"`. */
  readonly sidecar: boolean;
}

/** The pods of a Deployment, named as Kubernetes names them, but always alike: `reviews-v1-6f8c9d7b5-x2x9k`. */
export function podsOf(deployment: Deployment): Pod[] {
  const { name, namespace } = deployment.metadata;
  const { labels, annotations } = deployment.spec.template;
  const inject = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  return Array.from({ length: deployment.spec.replicas }, (_, index) => ({
    name: `${name}-${safeWord(name, 9)}-${safeWord(`${name}/${index}`, 5)}`,
    workload: name,
    namespace,
    labels,
    sidecar: inject !== 'false',
  }));
}

/** Kubernetes' alphabet for generated names: no vowels, no digits that look like letters. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

function safeWord(text: string, length: number): string {
  let hash = hashText(text);
  let word = '';
  for (let i = 0; i < length; i++) {
    word += alphabet[hash % alphabet.length];
    hash = hashText(`${hash}/${i}/${text}`);
  }
  return word;
}

/** 32-bit FNV-1a over UTF-16 units. */
function hashText(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619) >>> 0;
  return hash;
}
