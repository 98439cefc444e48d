import ts from 'typescript';

/** One small mistake that a source could have: the text from `start` to `end` is replaced. */
export interface Mutant {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly operator: Operator;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** The expression or statement around it, on one line, without and with the mistake. */
  readonly before: string;
  readonly after: string;
}

export type Operator =
  | 'relation'
  | 'arithmetic'
  | 'logic'
  | 'condition'
  | 'statement'
  | 'number'
  | 'boolean'
  | 'negation'
  | 'method'
  | 'default';

export const mutatedText = (text: string, { start, end, replacement }: Omit<Mutant, 'file'>): string =>
  text.slice(0, start) + replacement + text.slice(end);

/** By the text of a binary operator, what stands in its place. `+` of texts joins them and has no opposite: it is left. */
const swapped: Readonly<Record<string, readonly [operator: Operator, instead: string]>> = {
  '<': ['relation', '<='],
  '<=': ['relation', '<'],
  '>': ['relation', '>='],
  '>=': ['relation', '>'],
  '===': ['relation', '!=='],
  '!==': ['relation', '==='],
  '+': ['arithmetic', '-'],
  '-': ['arithmetic', '+'],
  '*': ['arithmetic', '/'],
  '/': ['arithmetic', '*'],
  '%': ['arithmetic', '*'],
  '&': ['arithmetic', '|'],
  '|': ['arithmetic', '&'],
  '^': ['arithmetic', '&'],
  '<<': ['arithmetic', '>>'],
  '>>': ['arithmetic', '<<'],
  '>>>': ['arithmetic', '<<'],
  '+=': ['arithmetic', '-='],
  '-=': ['arithmetic', '+='],
  '*=': ['arithmetic', '/='],
  '/=': ['arithmetic', '*='],
  '&&': ['logic', '||'],
  '||': ['logic', '&&'],
};

/** By the name of a method or of a function of Math, the one that is mistaken for it. */
const mistaken: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  find: 'findLast',
  findLast: 'find',
};
const mistakenMath: Readonly<Record<string, string>> = {
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
};
/** Methods whose answer is of the kind of what they are asked of: a call that is forgotten leaves that. */
const forgotten = new Set(['filter', 'sort', 'reverse', 'slice', 'trim', 'toLowerCase']);

/**
 * Every mutant of one source, in the order of the text. Comments, types, imports, texts, the messages of errors and the
 * descriptions of a schema (`.describe`, `.meta`) are left alone; so are the steps of `for`, whose mutants only never end.
 */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: Mutant[] = [];
  const oneLine = (own: string): string => own.replace(/\s+/g, ' ').trim();

  /** `place` becomes `replacement`; `around` is what a reader is shown. */
  const add = (operator: Operator, place: ts.Node, replacement: string, around: ts.Node): void => {
    const [start, end, from] = [place.getStart(), place.getEnd(), around.getStart()];
    const shown = text.slice(from, around.getEnd());
    found.push({
      file,
      line: source.getLineAndCharacterOfPosition(start).line + 1,
      operator,
      start,
      end,
      replacement,
      before: oneLine(shown),
      after: oneLine(shown.slice(0, start - from) + replacement + shown.slice(end - from)),
    });
  };

  const visit = (node: ts.Node): void => {
    if (isLeftAlone(node)) return;
    if (ts.isBinaryExpression(node)) addBinary(node);
    else if (ts.isPrefixUnaryExpression(node)) addPrefix(node);
    else if (ts.isIfStatement(node)) addCondition(node.expression);
    else if (ts.isConditionalExpression(node)) addCondition(node.condition);
    else if (ts.isWhileStatement(node)) add('condition', node.expression, 'false', node.expression);
    else if (ts.isExpressionStatement(node)) addStatement(node);
    else if (ts.isNumericLiteral(node)) addNumber(node);
    else if (ts.isCallExpression(node)) addCall(node);
    else if (node.kind === ts.SyntaxKind.TrueKeyword) add('boolean', node, 'false', shownAround(node));
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add('boolean', node, 'true', shownAround(node));
    if (ts.isForStatement(node)) {
      for (const part of [node.initializer, node.condition, node.statement]) if (part) visit(part);
    } else ts.forEachChild(node, visit);
  };

  const addBinary = (node: ts.BinaryExpression): void => {
    const sign = node.operatorToken.getText();
    if (sign === '??') {
      add('default', node, node.left.getText(), node);
      add('default', node, node.right.getText(), node);
    }
    const swap = Object.hasOwn(swapped, sign) ? swapped[sign] : undefined;
    if (swap === undefined || (sign.startsWith('+') && isText(node))) return;
    // a && b || c: what binds otherwise than before is bracketed.
    if (swap[0] === 'logic')
      add('logic', node, `(${node.left.getText()} ${swap[1]} ${node.right.getText()})`, node);
    else add(swap[0], node.operatorToken, swap[1], node);
  };

  const addPrefix = (node: ts.PrefixUnaryExpression): void => {
    if (node.operator === ts.SyntaxKind.ExclamationToken)
      add('negation', node, node.operand.getText(), shownAround(node));
    if (node.operator === ts.SyntaxKind.MinusToken)
      add('arithmetic', node, node.operand.getText(), shownAround(node));
  };

  const addCondition = (condition: ts.Expression): void => {
    add(
      'condition',
      condition,
      'true',
      condition.parent.kind === ts.SyntaxKind.IfStatement ? condition : condition.parent,
    );
    add(
      'condition',
      condition,
      'false',
      condition.parent.kind === ts.SyntaxKind.IfStatement ? condition : condition.parent,
    );
  };

  const addStatement = (node: ts.ExpressionStatement): void => {
    const told =
      ts.isCallExpression(node.expression) && node.expression.expression.kind === ts.SyntaxKind.SuperKeyword;
    if (!told) add('statement', node, ';', node);
  };

  /** A small whole number is one off, any other is doubled. */
  const addNumber = (node: ts.NumericLiteral): void => {
    const value = Number(node.text);
    if (!Number.isInteger(value) || value >= 1000)
      return add('number', node, `(2 * ${node.getText()})`, shownAround(node));
    add('number', node, String(value + 1), shownAround(node));
    if (value > 0) add('number', node, String(value - 1), shownAround(node));
  };

  const addCall = (node: ts.CallExpression): void => {
    if (!ts.isPropertyAccessExpression(node.expression)) return;
    const { name, expression } = node.expression;
    const names = expression.getText() === 'Math' ? mistakenMath : mistaken;
    if (Object.hasOwn(names, name.text)) add('method', name, names[name.text]!, node);
    if (forgotten.has(name.text) && !ts.isExpressionStatement(node.parent))
      add('method', node, expression.getText(), node);
  };

  visit(source);
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

function isLeftAlone(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isThrowStatement(node)) return true;
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  return ['describe', 'meta'].includes(node.expression.name.text);
}

/** Whether a sum joins texts, as far as its own words tell. */
const isText = (node: ts.Expression): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) &&
    node.operatorToken.getText().startsWith('+') &&
    (isText(node.left) || isText(node.right)));

/** The smallest piece of text around a literal that tells a reader what it is for. */
function shownAround(node: ts.Node): ts.Node {
  const parent = node.parent;
  if (ts.isPrefixUnaryExpression(parent) || ts.isParenthesizedExpression(parent)) return shownAround(parent);
  return parent.getWidth() <= 160 ? parent : node;
}
