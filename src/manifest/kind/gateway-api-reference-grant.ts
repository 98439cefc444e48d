import type { Cursor } from '../cursor.ts';
import { list, struct, text } from '../schema.ts';
import { checkItems, checkLength, gatewayApiGroup } from './gateway-api.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

/** kubernetes-sigs/gateway-api apis/v1beta1/referencegrant_types.go. */
export const referenceGrant: KindReader<'ReferenceGrant'> = {
  kind: 'ReferenceGrant',
  group: gatewayApiGroup,
  versions: ['v1beta1', 'v1', 'v1alpha2'],
  unknownFields: 'refuse',
  fields: objectFields(
    struct(
      {
        from: list(
          struct({ group: text, kind: text, namespace: text }, { required: ['group', 'kind', 'namespace'] }),
        ),
        to: list(struct({ group: text, kind: text, name: text }, { required: ['group', 'kind'] })),
      },
      { required: ['from', 'to'] },
    ),
  ),
  checkName: checkSubdomain,
  read(spec) {
    for (const side of ['from', 'to']) checkItems(spec.at(side), 1, 16);
    const textOf = (own: Cursor, field: string): string => own.at(field).text ?? '';
    return {
      from: spec.at('from').items.map((own) => {
        checkLength(own.at('namespace'), 1, 63);
        return {
          group: textOf(own, 'group'),
          kind: textOf(own, 'kind'),
          namespace: textOf(own, 'namespace'),
        };
      }),
      to: spec.at('to').items.map((own) => {
        const name = own.at('name').text;
        return {
          group: textOf(own, 'group'),
          kind: textOf(own, 'kind'),
          ...(name === undefined ? {} : { name }),
        };
      }),
    };
  },
};
