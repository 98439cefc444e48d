/**
 * The version of the weights that a name in the data stands for: itself, or the only one that differs in capitals alone, or
 * is the ending of it or has it as its ending. A page or a pod says `v1` where an HTTPRoute says `reviews-v1`, and the other
 * way round. undefined: a version that has no weight.
 */
export function versionMeant(name: string, keys: readonly string[]): string | undefined {
  if (keys.includes(name)) return name;
  const own = name.toLowerCase();
  const alike = keys.filter((key) => {
    const other = key.toLowerCase();
    return other === own || other.endsWith(`-${own}`) || own.endsWith(`-${other}`);
  });
  return alike.length === 1 ? alike[0] : undefined;
}
