import { readFile, rename } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import type { Checked, Problem } from '../manifest/problem.ts';
import { exists, packageRoot, readText } from './files.ts';
import { stoppable } from './interruption.ts';
import type { Io } from './io.ts';
import { reasonOf } from './reason.ts';

/** How every page of the workshop begins: by it an old one is known, and replaced. */
const mark = '<title>meshshift workshop</title>';
const limitBytes = 8 * 1024 * 1024;

/** The page as it was built with the command line. */
export async function pageText(): Promise<Checked<string>> {
  const path = join(packageRoot, 'dist', 'workshop.html');
  if (await exists(path)) return readText(path, 'dist/workshop.html', limitBytes);
  const problem: Problem = {
    severity: 'error',
    code: 'MS3001',
    message: 'the workshop has not been built here',
    file: 'dist/workshop.html',
    hint: 'npm run build makes it',
  };
  return { value: undefined, problems: [problem] };
}

/** Writes it beside and renames it; a file that is none of ours stays, unless forced. */
export async function writePage(
  io: Io,
  out: string,
  page: string,
  force: boolean,
): Promise<Problem | undefined> {
  const problem = (code: string, message: string, hint?: string): Problem => ({
    severity: 'error',
    code,
    message,
    file: out,
    ...(hint === undefined ? {} : { hint }),
  });
  const path = resolve(io.cwd, out);
  try {
    if (!force && (await exists(path)) && !(await readFile(path, 'utf8')).includes(mark))
      return problem(
        'MS3005',
        `${out} exists and is no page of meshshift`,
        'choose another --out, or --force',
      );
    const partial = `${path}.partial-${process.pid}`;
    await io.writeFile(partial, page);
    await rename(partial, path);
    return undefined;
  } catch (error) {
    return problem('MS3006', `cannot write ${out}: ${reasonOf(error)}`);
  }
}

/** Offers the page on loopback until it is interrupted, under its own content policy, and in nobody's frame. */
export async function servePage(
  page: string,
  port: number,
  started: (url: string) => void,
): Promise<Problem | undefined> {
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(page)![1]!;
  const server = createServer((request, response) => {
    const isPage = request.url === '/' || request.url?.startsWith('/?') === true;
    response.writeHead(isPage ? 200 : 404, {
      'content-type': isPage ? 'text/html; charset=utf-8' : 'text/plain',
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.end(request.method === 'HEAD' ? '' : isPage ? page : 'there is one page here: /');
  });
  const failed = await new Promise<Error | undefined>((told) => {
    server.once('error', told);
    server.listen(port, '127.0.0.1', () => told(undefined));
  });
  if (failed !== undefined) {
    const message = `cannot offer the page at port ${port}: ${reasonOf(failed)}`;
    return { severity: 'error', code: 'MS3010', message, file: '--port' };
  }
  const address = server.address();
  started(`http://127.0.0.1:${typeof address === 'object' ? address!.port : port}/`);
  let stop = (): void => {};
  const stopped = new Promise<void>((done) => (stop = done));
  await stoppable(stop, () => stopped);
  server.closeAllConnections();
  server.close();
  return undefined;
}
