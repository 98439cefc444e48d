import type { Cursor } from '../cursor.ts';
import type { Kind, Resource, ResourceMeta } from '../resource.ts';
import { anything, ignored, int32, map, struct, text, type Shape, type Struct } from '../schema.ts';

/** A kind that we read: its names, its table of fields, and the way from checked data to the resource. */
export interface KindReader<K extends Kind = Kind> {
  /** Ours; a manifest writes `writtenKind(kind)`. */
  readonly kind: K;
  readonly group: string;
  readonly versions: readonly string[];
  /** Istio refuses fields it does not know; of Kubernetes' large kinds only what the model reads is listed here. */
  readonly unknownFields: 'refuse' | 'ignore';
  readonly fields: Struct;
  /** Where the kind's own part stands; absent: `spec`. */
  readonly part?: string;
  /** Absent: all of the kind. Others are told as kinds that are not read. */
  concerns?(object: {
    readonly name: string;
    readonly namespace: string;
    /** Kind of the controller that made it; '': nobody did. */
    readonly owner: string;
    /** What stands in its `data`. */
    readonly keys: readonly string[];
  }): boolean;
  /** A file of a program, which the API server need not know. */
  readonly mayBeNameless?: true;
  /** Fields of its texts that the model does not act upon. */
  leftOut?(object: Cursor): readonly string[];
  checkName(name: Cursor): void;
  /** Tells what the API would refuse; the spec is of use only if nothing was refused. */
  read(spec: Cursor, metadata: ResourceMeta, version: string, object: Cursor): SpecOf<K>;
}

export type SpecOf<K extends Kind> = Extract<Resource, { kind: K }>['spec'];

/** Most names are DNS subdomains (apimachinery pkg/util/validation, IsDNS1123Subdomain). */
export function checkSubdomain(name: Cursor): void {
  if (
    name.text === undefined ||
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name.text)
  )
    return;
  name.invalid(
    `Invalid value: "${name.text}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
  );
}

/** Fields that every object of Kubernetes' API has, and the part that is its kind's own. */
export const objectFields = (spec: Shape, part = 'spec'): Struct =>
  struct(
    {
      apiVersion: text,
      kind: text,
      metadata: struct({
        name: text,
        namespace: text,
        labels: map(text),
        annotations: map(text),
        // Written by the API server, or about the object's life in it: an exported manifest has them.
        generateName: ignored(text),
        generation: anything,
        creationTimestamp: anything,
        deletionTimestamp: anything,
        deletionGracePeriodSeconds: anything,
        resourceVersion: anything,
        uid: anything,
        selfLink: anything,
        managedFields: anything,
        ownerReferences: anything,
        finalizers: anything,
      }),
      [part]: spec,
      status: anything,
    },
    { required: [part] },
  );

export const portSelector = struct({ number: { ...int32, min: 0, max: 4294967295, go: 'uint32' } });
