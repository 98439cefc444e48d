import { Command, CommanderError } from 'commander';
import { Refused } from '../experiment/check/refused.ts';
import { RunEnded } from '../experiment/run-ended.ts';
import { version } from '../experiment/version.ts';
import { commandsFor } from './command/index.ts';
import { exit, type Host, type Io } from './io.ts';
import { printRefusal } from './print-refusal.ts';
import { terminal } from './terminal.ts';
import { WorkerLost } from './thread-pool.ts';

/** The command line, from words to an exit code: every command hangs here. */
export async function runProgram(words: readonly string[], host: Host): Promise<void> {
  const io = terminal(host);
  try {
    const program = await buildProgram(io, words);
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      io.exitCode(error.exitCode === 0 ? exit.ok : exit.usage);
    } else if (error instanceof Refused) {
      printRefusal(io, error);
    } else if (error instanceof WorkerLost) {
      io.stderr(`error: ${error.message}\n`);
      io.exitCode(exit.internal);
    } else if (error instanceof RunEnded) {
      io.stderr(`${error.message}\n`);
      io.exitCode(exit.failed);
    } else {
      io.stderr(`meshshift: internal error: ${error instanceof Error ? error.message : String(error)}\n`);
      if (io.env['MESHSHIFT_DEBUG'] !== undefined && error instanceof Error) io.stderr(`${error.stack}\n`);
      else io.stderr('This is a mistake of meshshift, not yours. MESHSHIFT_DEBUG=1 shows where.\n');
      io.exitCode(exit.internal);
    }
  }
}

/** The program with what these words need of it; without words, all of it. */
export async function buildProgram(io: Io, words: readonly string[] = []): Promise<Command> {
  const program = new Command('meshshift')
    .description('Rehearse an Istio traffic shift before you do it, and explain it afterwards.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('(add --help for the options and examples)')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  meshshift run scenarios/traffic-shifting         play Istio's traffic-shifting task and report on it
  meshshift new my-shift                           start a scenario of your own
  meshshift validate my-shift/*.yaml               find mistakes before the mesh does
  meshshift routes scenarios/traffic-shifting --at 60.2s   what does each proxy hold?

Exit codes: 0 ok, 1 internal error, 2 usage, 3 invalid input, 4 an expectation failed or a run's budget was spent, 130 interrupted.`,
    );
  for (const command of await commandsFor(words, io)) program.addCommand(command);
  settle(program, io);
  return program;
}

/** Commander's own output and exits go through io, in every command. */
function settle(command: Command, io: Io): void {
  command.exitOverride();
  command.configureOutput({ writeOut: (text) => io.stdout(text), writeErr: (text) => io.stderr(text) });
  for (const own of command.commands) settle(own, io);
}
