/**
 * The highest utilisation that an autoscaler can read, in percent of the request: the limit clips what it sees, and with
 * it the step that it can ask for. Undefined without a limit.
 */
export function saturatedUtilizationPercent(limitMilli: number, requestMilli: number): number | undefined {
  return limitMilli === 0 ? undefined : Math.trunc((100 * limitMilli) / requestMilli);
}
