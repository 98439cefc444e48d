import type { RunRecord } from '../../record/record.ts';

/** Cookies take some of the clients of a Service past the draw: its requests are not drawn one by one. */
export const keepsClients = ({ mesh }: RunRecord, service: string): boolean =>
  mesh.some(({ cookies = [] }) =>
    cookies.some(
      (own) => own.service === service && own.destinations.some(({ keepsSeconds }) => keepsSeconds !== 0),
    ),
  );
