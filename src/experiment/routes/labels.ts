/** `app=productpage,version=v1`, or the part of it that is no label. */
export function parseLabels(
  text: string,
): { readonly labels: Readonly<Record<string, string>> } | { readonly noLabel: string } {
  const labels: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=');
    if (at < 1) return { noLabel: pair };
    labels[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return { labels };
}
