/** Ctrl-C as a signal: the watching ends and what was seen so far is judged. `stop` gives the key its usual meaning back. */
export function interruption(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  process.once('SIGINT', abort);
  return { signal: controller.signal, stop: () => process.off('SIGINT', abort) };
}
