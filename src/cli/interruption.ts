/** Works while Ctrl-C and SIGTERM ask it to stop, in place of ending the process; afterwards they mean what they always do. */
export async function stoppable<T>(stop: () => void, work: () => Promise<T>): Promise<T> {
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work();
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
