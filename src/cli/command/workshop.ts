import { Command } from 'commander';
import { exit, type Io } from '../io.ts';
import { printProblems } from '../print.ts';

interface Options {
  readonly out: string;
  readonly serve: boolean;
  readonly port: string;
  readonly force: boolean;
}

export function workshopCommand(io: Io): Command {
  return new Command('workshop')
    .description('Write the workshop: a page that teaches traffic shifting, offline, without a cluster')
    .option('-o, --out <file>', 'where to write the page', 'workshop.html')
    .option('--force', 'write over a file that is no page of meshshift', false)
    .option('--serve', 'offer it on this machine instead, until Ctrl-C', false)
    .option('--port <n>', 'port to offer it at; 0: any that is free', '0')
    .addHelpText(
      'after',
      '\nExamples:\n  meshshift workshop\n  meshshift workshop --out /tmp/workshop.html\n  meshshift workshop --serve --port 8080',
    )
    .action(async ({ out, serve, port, force }: Options) => {
      const { pageText, servePage, writePage } = await import('../workshop-page.ts');
      const { value: page, problems } = await pageText();
      printProblems(io, problems);
      if (page === undefined) {
        io.exitCode(exit.invalid);
        return;
      }
      if (!serve) {
        const problem = await writePage(io, out, page, force);
        if (problem === undefined) {
          io.stdout(`${out}: open it in a browser; it needs no network and no cluster\n`);
          return;
        }
        printProblems(io, [problem]);
        io.exitCode(exit.invalid);
        return;
      }
      const number = Number(port);
      if (!/^\d+$/.test(port) || number > 65535) {
        io.stderr(`error: --port ${port}: expected a whole number up to 65535\n`);
        io.exitCode(exit.usage);
        return;
      }
      const problem = await servePage(page, number, (url) =>
        io.stdout(`The workshop is at ${url} on this machine alone; Ctrl-C ends it.\n`),
      );
      if (problem === undefined) return;
      printProblems(io, [problem]);
      io.exitCode(exit.invalid);
    });
}
