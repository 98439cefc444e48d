/** A slice of a line keeps the whole chunk of the file alive; what is kept for long must not. */
export const ownCopy = (text: string): string => text.split('').join('');
