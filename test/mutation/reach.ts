import ts from 'typescript';

/**
 * A source that tells which of its places were run: the whole file, each block, each case, and each expression that is a
 * function's body or stands behind `?`, `:`, `&&`, `||` or `??`. A place is known by where it starts in the plain text.
 */
export function markedText(file: string, text: string): string {
  const insertions: { readonly at: number; readonly text: string }[] = [];
  for (const { start, end, isExpression } of placesOf(file, text)) {
    if (!isExpression) insertions.push({ at: start, text: `;$run[${start}]=1;` });
    else insertions.push({ at: start, text: `($run[${start}]=1,` }, { at: end, text: ')' });
  }
  // The sort is stable: of places that start together the outer one, which was found first, opens first.
  insertions.sort((a, b) => a.at - b.at);
  let written = '';
  let from = 0;
  for (const insertion of insertions) {
    written += text.slice(from, insertion.at) + insertion.text;
    from = insertion.at;
  }
  // In a thread of its own nobody listens.
  const run = `(globalThis.$placesRun??(()=>[]))(${JSON.stringify(file)},${text.length})`;
  return `const $run=${run};${written}${text.slice(from)}`;
}

/** The start of the innermost place around `[start, end)`: the text there runs only if this place does. */
export function placeAround(file: string, text: string, start: number, end: number): number {
  const around = placesOf(file, text).filter((place) => place.start <= start && end <= place.end);
  return Math.max(...around.map((place) => place.start));
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly isExpression: boolean;
}

/** Outer places before inner ones; the first is the whole file. */
function placesOf(file: string, text: string): Place[] {
  const places: Place[] = [{ start: 0, end: text.length, isExpression: false }];
  const add = (start: number, end: number, isExpression: boolean): void =>
    void places.push({ start, end, isExpression });
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isBlock(node) && !comesBeforeSuper(node)) add(node.getStart() + 1, node.getEnd() - 1, false);
    const first = ts.isCaseOrDefaultClause(node) ? node.statements[0] : undefined;
    if (first !== undefined) add(first.getStart(), node.getEnd(), false);
    ts.forEachChild(node, (child) => {
      if (isBranch(node, child)) add(child.getStart(), child.getEnd(), true);
      visit(child);
    });
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));
  return places;
}

function isBranch(parent: ts.Node, child: ts.Node): boolean {
  if (ts.isArrowFunction(parent)) return child === parent.body && !ts.isBlock(child);
  if (ts.isConditionalExpression(parent)) return child === parent.whenTrue || child === parent.whenFalse;
  if (!ts.isBinaryExpression(parent) || child !== parent.right) return false;
  return ['&&', '||', '??'].includes(parent.operatorToken.getText());
}

/** The body of a constructor that calls `super`: with fields of its own, nothing may come before that. */
const comesBeforeSuper = (node: ts.Block): boolean =>
  ts.isConstructorDeclaration(node.parent) && /\bsuper\(/.test(node.getText());
