import { formatDuration } from '../quantity.ts';
import type { VirtualService } from '../resource.ts';
import { problemIn } from './problem-in.ts';
import { type Check } from './setting.ts';

/**
 * A try may take so long as the whole request may: Envoy leaves such a timeout of a try out (FilterUtility::finalTimeout,
 * source/common/router/router.cc), so that a try which hangs is never tried again.
 */
export const perTryTimeouts: Check = (setting) => setting.virtualServices.flatMap(inertIn);

const inertIn = (own: VirtualService) =>
  own.spec.http.flatMap(({ timeoutUs = 0, retries }, rule) => {
    const perTryUs = retries?.perTryTimeoutUs ?? 0;
    if (timeoutUs === 0 || perTryUs < timeoutUs) return [];
    return [
      problemIn(own, ['spec', 'http', rule, 'retries', 'perTryTimeout'], 'value', {
        severity: 'warning',
        code: 'MS1130',
        message: `a try that may take ${formatDuration(perTryUs)} of a request that may take ${formatDuration(timeoutUs)} has no timeout of its own: one that hangs is not tried again`,
        hint: 'write a perTryTimeout below the timeout, so that there is time for another try',
      }),
    ];
  });
