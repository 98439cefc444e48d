/** The languages that the page speaks. What tools print (kubectl, istioctl, our own command line) stays English in all. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** The words of one part of the page. English is the type: a string that is missing elsewhere fails the type check. */
export const inBoth = <Words>(words: { readonly en: Words; readonly zh: NoInfer<Words> }) => words;
