import { Lexer } from 'yaml';

/** A hundred is far beyond any manifest; parsers and everything that walks the data recurse that deep. */
export const depthLimit = 100;
export const tokenLimit = 1_000_000;
/** Outside of brackets: anchors, tags, quotes and dashes that pile up on one line cost the parser quadratic time. */
const lineTokenLimit = 1_000;

/** What makes a text unreasonable to parse, with its offset; undefined for any honest file. One cheap pass over its tokens. */
export function yamlExcess(text: string): { readonly offset: number; readonly message: string } | undefined {
  let tokens = 0;
  let lineTokens = 0;
  let depth = 0;
  let offset = 0;
  let scalarFollows = false;
  for (const token of new Lexer().lex(text)) {
    // The lexer announces documents and scalars with control characters that are not part of the text.
    const control = token === '\x02' || token === '\x18' || token === '\x1f';
    if (!scalarFollows) {
      if (token === '[' || token === '{') depth += 1;
      else if (token === ']' || token === '}') depth = Math.max(0, depth - 1);
      else if (token === '\x02') depth = 0;
    }
    lineTokens = depth > 0 || token === '\n' || token === '\r\n' ? 0 : lineTokens + 1;
    tokens += 1;
    if (depth > depthLimit) return { offset, message: `nested deeper than ${depthLimit} levels` };
    if (lineTokens > lineTokenLimit)
      return { offset, message: `more than ${lineTokenLimit} tokens on one line` };
    if (tokens > tokenLimit) return { offset, message: `more than ${tokenLimit} tokens of YAML in one file` };
    scalarFollows = token === '\x1f';
    if (!control) offset += token.length;
  }
  return undefined;
}
