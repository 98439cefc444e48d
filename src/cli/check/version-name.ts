/**
 * The version of the weights that a name in the data stands for: itself, or the only one that it is the ending of. A page
 * or a pod says `v1` where an HTTPRoute says `reviews-v1`. undefined: a version that has no weight.
 */
export function versionMeant(name: string, keys: readonly string[]): string | undefined {
  if (keys.includes(name)) return name;
  const ending = keys.filter((key) => key.endsWith(`-${name}`));
  return ending.length === 1 ? ending[0] : undefined;
}
