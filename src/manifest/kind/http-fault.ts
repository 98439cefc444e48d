import type { Cursor } from '../cursor.ts';
import type { HttpFault } from '../resource.ts';
import { duration, int32, number, struct, text } from '../schema.ts';
import { durationUs } from './present.ts';

export const percentFields = struct({ value: number });

/** HTTPFaultInjection of istio/api networking/v1alpha3/virtual_service.proto. */
export const faultFields = struct({
  delay: struct(
    { fixedDelay: duration, exponentialDelay: duration, percent: int32, percentage: percentFields },
    { oneOf: [['fixedDelay', 'exponentialDelay']] },
  ),
  abort: struct(
    { httpStatus: int32, grpcStatus: text, http2Error: text, percentage: percentFields },
    { oneOf: [['httpStatus', 'grpcStatus', 'http2Error']] },
  ),
});

/** Istio's validateHTTPFaultInjection; a percentage that is left out affects no request. */
export function readFault(fault: Cursor): HttpFault {
  const delay = fault.at('delay');
  const abort = fault.at('abort');
  if (!delay.isSet && !abort.isSet) fault.refuse('HTTP fault injection must have an abort and/or a delay');
  for (const own of [delay, abort]) checkPercentage(own.at('percentage', 'value'));
  if (delay.at('exponentialDelay').isSet)
    delay.at('exponentialDelay').refuse('exponentialDelay not supported yet');
  if (abort.at('http2Error').isSet)
    abort.at('http2Error').refuse('HTTP/2 abort fault injection not supported yet');
  const status = abort.at('httpStatus');
  if (status.number !== undefined) checkStatus(status);
  const grpc = abort.at('grpcStatus');
  if (grpc.text !== undefined && !Object.hasOwn(grpcStatuses, grpc.text)) {
    grpc.refuse(
      `gRPC status "${grpc.text}" is not supported. See https://github.com/grpc/grpc/blob/master/doc/statuscodes.md for a list of supported codes, for example 'NOT_FOUND'`,
    );
  }
  if (abort.isSet && !status.isSet && !grpc.isSet && !abort.at('http2Error').isSet)
    abort.warn('abort configured, but error type not set');
  for (const own of [delay, abort]) {
    if (own.isSet && !own.at('percentage').isSet && !own.at('percent').isSet) {
      own.say(
        'warning',
        'MS1031',
        'a fault without percentage affects no request',
        'add percentage: { value: 100 }',
      );
    }
  }
  const fixedDelayUs = durationUs(delay.at('fixedDelay'));
  return {
    ...(fixedDelayUs === undefined
      ? {}
      : {
          delay: {
            percent: delay.at('percentage').isSet
              ? (delay.at('percentage', 'value').number ?? 0)
              : (delay.at('percent').number ?? 0),
            fixedDelayUs,
          },
        }),
    ...readAbort(abort),
  };
}

function readAbort(abort: Cursor): Pick<HttpFault, 'abort'> {
  const percent = abort.at('percentage', 'value').number ?? 0;
  const [http, grpc] = [abort.at('httpStatus').number, abort.at('grpcStatus').text];
  if (http !== undefined) return { abort: { percent, httpStatus: http } };
  const grpcStatus = grpc === undefined ? undefined : grpcStatuses[grpc];
  return grpcStatus === undefined ? {} : { abort: { percent, grpcStatus } };
}

/** Istio's validatePercentage. */
function checkPercentage(value: Cursor): void {
  const percentage = value.number;
  if (
    percentage !== undefined &&
    (percentage < 0 || percentage > 100 || (percentage > 0 && percentage < 0.0001))
  ) {
    value.refuse(`percentage ${percentage} is neither 0.0, nor in range [0.0001, 100.0]`);
  }
}

/** Istio's validateHTTPStatus: 600 passes, whatever the message says. */
export function checkStatus(status: Cursor): void {
  if (status.number! < 200 || status.number! > 600)
    status.refuse(`HTTP status ${status.number} is not in range 200-599`);
}

/** https://github.com/grpc/grpc/blob/master/doc/statuscodes.md */
const grpcStatuses: Readonly<Record<string, number>> = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
};
