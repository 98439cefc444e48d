import * as z from 'zod';

const text = z.string();
const count = z.int().min(1);
const kind = text.describe('As a manifest writes it.');
const objects = {
  count: count.describe('Objects in the file.'),
  file: text,
};
const named = { name: text, namespace: text };

/** Something that the manifests say, and that does not act in the model. */
export const leftOut = z
  .discriminatedUnion('about', [
    z.strictObject({
      about: z.literal('kind'),
      kind,
      group: text,
      ...objects,
      forNobody: z
        .literal(true)
        .optional()
        .describe('None of them does anything to a pod of the run; absent: one may.'),
    }),
    z
      .strictObject({ about: z.literal('class'), kind, group: text, className: text, ...objects })
      .describe('Objects of a kind that is read or not by their class: a Gateway of another controller.'),
    z
      .strictObject({
        about: z.literal('by-hand'),
        kind: text,
        service: z.strictObject(named).nullable(),
        ...objects,
      })
      .describe('Addresses that somebody wrote for a Service; null: for none that is named.'),
    z
      .strictObject({ about: z.literal('field'), kind, field: text })
      .describe('A field of a kind that is read, once for all objects: "spec.template.spec.affinity".'),
    z
      .strictObject({ about: z.literal('warm-up'), beside: text })
      .describe('Of a DestinationRule, beside a balancer that has none.'),
    z.strictObject({ about: z.literal('unready-addresses'), ...named }).describe('publishNotReadyAddresses.'),
    z
      .strictObject({
        about: z.literal('tls-to-pods'),
        ...named,
        mode: text,
        fails: text
          .optional()
          .describe('"which have no sidecar": why pods end no such connection; absent: an application may.'),
      })
      .describe('TLS of a DestinationRule, or none, that pods of the mesh do not end.'),
    z
      .strictObject({
        about: z.literal('same-host'),
        ...named,
        host: text,
        service: z.strictObject(named).describe('That has the same name.'),
      })
      .describe('A ServiceEntry for a name of a Service: istiod has the endpoints of both.'),
    z
      .strictObject({ about: z.literal('more-endpoints'), kind, ...named, service: z.strictObject(named) })
      .describe('What has the labels that a Service selects, and is none of its endpoints in the model.'),
    z
      .strictObject({ about: z.literal('other-port'), ...named, port: z.int(), workload: text })
      .describe('Pods of a workload declare other ports than the one at which the Service asks.'),
    z
      .strictObject({
        about: z.literal('open-namespace'),
        name: text,
        revision: text
          .optional()
          .describe('That it asks, and that is none of those that are told to be installed.'),
      })
      .describe('A Namespace that leaves it open whether its pods have sidecars: here they have.'),
    z
      .strictObject({ about: z.literal('metric'), ...named, metric: text })
      .describe(
        'Of an autoscaler that goes by others as well: in a cluster it may ask for more pods than they.',
      ),
    z
      .strictObject({ about: z.literal('closed-probe'), kind, name: text })
      .describe('A workload that is asked whether it is ready at a port that no container of it has.'),
    z
      .strictObject({ about: z.literal('next-sidecars'), namespace: text, workload: text })
      .describe('Labels of a namespace by which the next pods of a workload would be injected otherwise.'),
  ])
  .describe('Something that the manifests say and that does not act in the model.');

export type LeftOut = Readonly<z.infer<typeof leftOut>>;
