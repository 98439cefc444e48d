import type { Host } from '../../src/cli/io.ts';

/** The world as a table of files: what a command printed, wrote and returned is there to be read. */
export class FakeHost implements Host {
  out = '';
  errors = '';
  code: number | undefined;
  readonly written = new Map<string, string | Uint8Array>();
  isTty = { stdout: false, stderr: false };
  colour = false;
  readonly width = 100;
  readonly cwd = '/here';
  readonly env = {};
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #stdin: Uint8Array;

  constructor(files: Readonly<Record<string, string | Uint8Array>>, stdin: string | Uint8Array = '') {
    this.#files = new Map(Object.entries(files).map(([name, data]) => [`/here/${name}`, bytesOf(data)]));
    this.#stdin = bytesOf(stdin);
  }

  stdout(text: string): void {
    this.out += text;
  }
  stderr(text: string): void {
    this.errors += text;
  }
  async readFile(path: string): Promise<Uint8Array> {
    const data = this.#files.get(path);
    if (data === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return data;
  }
  async filesIn(path: string): Promise<readonly string[] | undefined> {
    const names = [...this.#files.keys()].filter((name) => name.startsWith(`${path}/`));
    return names.length === 0 ? undefined : names.map((name) => name.slice(path.length + 1)).sort();
  }
  async *openStream(path: string): AsyncIterable<Uint8Array> {
    yield await this.readFile(path);
  }
  async *stdin(): AsyncIterable<Uint8Array> {
    // In pieces, as a pipe brings them.
    for (let at = 0; at < this.#stdin.length; at += 1000) yield this.#stdin.subarray(at, at + 1000);
  }
  async writeFile(path: string, data: string | Uint8Array): Promise<void> {
    this.written.set(path, data);
  }
  exitCode(code: number): void {
    this.code = code;
  }
}

const bytesOf = (data: string | Uint8Array): Uint8Array =>
  typeof data === 'string' ? new TextEncoder().encode(data) : data;
