/** Where a text stands among bytes; its beginning is its end where there is none. */
export class Span {
  from = 0;
  end = 0;

  is(from: number, end: number): void {
    this.from = from;
    this.end = end;
  }
}
