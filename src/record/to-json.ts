/** Data as the text of a file or of `-o json`. */
export const toJson = (data: unknown): string => `${JSON.stringify(data, null, 2)}\n`;
