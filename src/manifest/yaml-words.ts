import { isScalar, visit } from 'yaml';
import type { Document, YAMLError } from 'yaml';

interface Told {
  readonly message: string;
  readonly range: readonly [number, number];
  readonly hint?: string;
}

/** The parser's first error in words for someone who did not write a YAML parser, at the place where the slip is. */
export function yamlErrorInWords(
  text: string,
  document: Document.Parsed,
  errors: readonly YAMLError[],
): Told {
  const error = errors[0]!;
  const range = error.pos;
  const lineStart = text.lastIndexOf('\n', range[0] - 1) + 1;
  if (/^(<{7}|={7}|>{7})( |\r?\n|$)/.test(text.slice(lineStart, lineStart + 9))) {
    return { message: 'a merge conflict was left unresolved here', range: [lineStart, lineStart + 7] };
  }
  if (/call stack/.test(error.message)) return { message: 'nested too deeply', range };
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { message: 'YAML does not allow tabs for indentation; use spaces', range };
    case 'MISSING_CHAR':
      if (/closing .quote/.test(error.message)) {
        const start = startOfScalarAround(document, range[0]) ?? range[0];
        return { message: 'this quote is never closed', range: [start, start + 1] };
      }
      if (/Implicit map keys/.test(error.message)) return colonMissing(text, range);
      if (/without - indicator/.test(error.message)) {
        return {
          message: 'this line is indented like the items of the list above, and is none',
          range: afterSpaces(text, range),
          hint: 'indent it like the keys of the item it belongs to, or begin it with "- "',
        };
      }
      break;
    case 'MULTILINE_IMPLICIT_KEY':
      return colonMissing(text, range);
    case 'BLOCK_AS_IMPLICIT_KEY': {
      if (/block sequence/.test(error.message))
        return { message: unlikeNeighbours('items of one list'), range: afterSpaces(text, range) };
      // Where a value seems to run on into the next line, it is that line which is indented too far.
      const runOn = errors.find((own) => own.code === 'MULTILINE_IMPLICIT_KEY' && own.pos[0] === range[0]);
      if (runOn !== undefined) {
        const start = text.lastIndexOf('\n', runOn.pos[1] - 1) + 1;
        const indent = /^ */.exec(text.slice(start, runOn.pos[1]))![0].length;
        return {
          message: 'this line is indented deeper than the one above, which has its value already',
          range: [start + indent, runOn.pos[1]],
          hint: 'give keys of one map the same indentation',
        };
      }
      return {
        message: 'a second "key: value" on one line',
        range,
        hint: 'put it on a line of its own, or quote a text that contains a colon and a space',
      };
    }
    case 'BAD_INDENT':
      if (/^All/.test(error.message)) {
        const what = /sequence/.test(error.message) ? 'items of one list' : 'keys of one map';
        return { message: unlikeNeighbours(what), range: afterSpaces(text, range) };
      }
      if (/^Flow/.test(error.message)) {
        const closing = error.message.at(-1)!;
        const start = openFlowAt(document, range[0]) ?? range[0];
        return {
          message: `this "${closing === ']' ? '[' : '{'}" is not closed with "${closing}", or a line inside is indented too little`,
          range: [start, start + 1],
        };
      }
      break;
    case 'BAD_SCALAR_START':
      return { message: `a plain text cannot start with ${text[range[0]]}`, range, hint: 'quote it' };
    case 'UNEXPECTED_TOKEN':
      if (/at node end/.test(error.message)) return afterTheEnd(text, range);
      if (/block-seq-ind on same line/.test(error.message)) {
        return {
          message: 'a list does not begin on the line of its key',
          range,
          hint: 'put "- " on a line of its own',
        };
      }
      break;
    default:
  }
  return { message: error.message.replace(/^./, (first) => first.toLowerCase()), range };
}

const unlikeNeighbours = (what: string): string =>
  `this line is indented unlike its neighbours: ${what} start in the same column`;

function colonMissing(text: string, [start]: readonly [number, number]): Told {
  const end = text.slice(start).search(/\r?\n|$/) + start;
  const line = text.slice(start, end).trim().slice(0, 40);
  const what = /:\S/.test(line) ? `the space after the colon in "${line}"` : `the colon after "${line}"`;
  return { message: `expected "key: value"; ${what} is missing`, range: [start, end] };
}

function afterTheEnd(text: string, range: readonly [number, number]): Told {
  const message = 'this does not belong to what stands before it';
  if (/^-\S/.test(text.slice(range[0], range[0] + 2)))
    return { message, range, hint: 'a list item begins with "- ", a dash and a space' };
  if (/["']\s*$/.test(text.slice(Math.max(0, range[0] - 20), range[0]))) {
    return {
      message: 'text goes on after the closing quote',
      range,
      hint: `write \\" inside "...", or '' inside '...'`,
    };
  }
  return { message, range, hint: 'check the indentation, and that lists and maps are not mixed' };
}

function afterSpaces(text: string, [start]: readonly [number, number]): readonly [number, number] {
  const spaces = /^ */.exec(text.slice(start, start + 200))![0].length;
  return [start + spaces, start + spaces + 1];
}

/** The last quoted scalar that begins before an offset: the one whose end was not found. */
function startOfScalarAround(document: Document.Parsed, offset: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && node.range && node.range[0] <= offset && /^QUOTE/.test(node.type ?? ''))
        start = node.range[0];
    },
  });
  return start;
}

/** The innermost bracket that is still open at an offset. */
function openFlowAt(document: Document.Parsed, offset: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Collection: (_key, node) => {
      if (node.flow === true && node.range && node.range[0] < offset && node.range[1] >= offset)
        start = node.range[0];
    },
  });
  return start;
}
