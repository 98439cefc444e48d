/** Of rules that were in force one after another, those under which a request came. */
export const rulesWithRequests = <Rule extends { readonly counts: readonly number[] }>(
  rules: readonly Rule[],
): Rule[] => rules.filter(({ counts }) => counts.some((count) => count > 0));
