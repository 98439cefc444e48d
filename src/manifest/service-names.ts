import { fullHost, parseHost, type Host } from './host.ts';
import type { Resource } from './resource.ts';

/** A Service of Kubernetes by its name and namespace. */
export interface ServicePlace {
  readonly name: string;
  readonly namespace: string;
  /** Its name stands for this host (ExternalName). */
  readonly externalName?: string;
}

/**
 * How the Services of one run are called for short, and what others mean by their names. A Service is `reviews` where no
 * other namespace has one of that name, else `reviews.shop`; a host that is no Service's is called by its own name.
 */
export class ServiceNames {
  /** Namespaces in which there is a Service of a name. */
  readonly #namespaces = new Map<string, Set<string>>();
  /** What names of type ExternalName stand for, by their full names. */
  readonly #aliases = new Map<string, string>();

  /** @param services all that the run ever sees; the same one may come twice. */
  constructor(services: Iterable<ServicePlace>) {
    for (const { name, namespace, externalName } of services) {
      if (externalName !== undefined)
        this.#aliases.set(fullHost(name, namespace), externalName.toLowerCase().replace(/\.$/, ''));
      const own = this.#namespaces.get(name);
      if (own === undefined) this.#namespaces.set(name, new Set([namespace]));
      else own.add(namespace);
    }
  }

  /** A host's name for short. */
  of(host: Host): string {
    if (host.service === undefined) return host.name;
    const { name, namespace } = host.service;
    const known = this.#namespaces.get(name);
    const isOnly = known === undefined || (known.size === 1 && known.has(namespace));
    return isOnly ? name : `${name}.${namespace}`;
  }

  /** As `of`, for a Service. */
  ofPlace({ name, namespace }: ServicePlace): string {
    return this.of({ name: '', service: { name, namespace } });
  }

  /** As `of`, for a host's full name. */
  ofName(fullName: string): string {
    return this.of(parseHost(fullName));
  }

  /**
   * Whom a caller in a namespace means by an authority: `reviews`, `reviews:9080`, `reviews.shop`, `reviews.shop.svc` or the
   * full name, as the search domains of its pod's resolver complete it (kubelet pkg/kubelet/network/dns: the namespace's
   * own, `svc`, the cluster's). A name of two parts that is no known Service is a host outside.
   */
  called(authority: string, namespace: string): Host {
    const named = this.#completed(authority.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, ''), namespace);
    const alias = this.#aliases.get(named.name);
    if (alias !== undefined && alias !== named.name) return this.called(alias, namespace);
    if (named.service !== undefined) return named;
    // One pod of a headless Service: `db-0.db`, `db-0.db.shop` and so on.
    const rest = named.name.slice(named.name.indexOf('.') + 1);
    const whole = rest === '' || rest === named.name ? named : this.#completed(rest, namespace);
    return whole.service !== undefined && this.#isKnown(whole.service) ? whole : named;
  }

  /** The host for which an authority stands in the end, where it is the name of an ExternalName Service. */
  standsFor(authority: string, namespace: string): string | undefined {
    const named = this.#completed(authority.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, ''), namespace);
    return this.#aliases.has(named.name) ? this.called(authority, namespace).name : undefined;
  }

  #isKnown({ name, namespace }: ServicePlace): boolean {
    return this.#namespaces.get(name)?.has(namespace) === true;
  }

  #completed(host: string, namespace: string): Host {
    const parts = host.split('.');
    if (parts.length === 1 && host !== '*' && host !== '')
      return parseHost(`${host}.${namespace}.svc.cluster.local`);
    if (parts.length === 2 && this.#isKnown({ name: parts[0]!, namespace: parts[1]! }))
      return parseHost(`${host}.svc.cluster.local`);
    if (parts.length === 3 && parts[2] === 'svc') return parseHost(`${host}.cluster.local`);
    return parseHost(host);
  }

  /**
   * The Service that a word of a scenario or of an option means: its short name, `name.namespace` or its full name;
   * undefined where there is none, or where a bare name has several.
   */
  find(word: string): ServicePlace | undefined {
    const parts = word.toLowerCase().split('.');
    const name = parts[0]!;
    const known = this.#namespaces.get(name);
    if (known === undefined) return undefined;
    if (parts.length === 1) {
      if (known.size > 1) return undefined;
      const [namespace] = known;
      return { name, namespace: namespace! };
    }
    const namespace = parts[1]!;
    const isService = parts.length === 2 || word.toLowerCase() === `${name}.${namespace}.svc.cluster.local`;
    return isService && known.has(namespace) ? { name, namespace } : undefined;
  }
}

/** The names of all Services among some resources. */
export const serviceNames = (resources: readonly Resource[]): ServiceNames =>
  new ServiceNames(
    resources.flatMap((own) =>
      own.kind !== 'Service'
        ? []
        : own.spec.externalName === undefined
          ? [own.metadata]
          : [{ ...own.metadata, externalName: own.spec.externalName }],
    ),
  );
