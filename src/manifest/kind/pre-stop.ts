import type { Cursor } from '../cursor.ts';
import type { Container } from '../resource.ts';
import { anything, int32, list, struct, text } from '../schema.ts';

export const preStopFields = struct({
  sleep: struct({ seconds: int32 }, { required: ['seconds'] }),
  exec: struct({ command: list(text) }),
  httpGet: anything,
  tcpSocket: anything,
});

/** Kubernetes' validateHandler and validateSleepAction, and how long the hook keeps the container from its SIGTERM. */
export function readPreStop(preStop: Cursor, graceSeconds: number): Container['preStop'] | undefined {
  if (!preStop.isSet) return undefined;
  const [first, ...others] = preStop.entries.map(([, handler]) => handler).filter((own) => own.isSet);
  if (first === undefined) preStop.invalid('Required value: must specify a handler type');
  for (const other of others) other.invalid('Forbidden: may not specify more than 1 handler type');
  const sleep = preStop.at('sleep', 'seconds');
  if (sleep.number !== undefined) {
    if (sleep.number < 0 || sleep.number > graceSeconds)
      sleep.invalid(
        `Invalid value: ${sleep.number}: must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`,
      );
    return { sleepSeconds: sleep.number };
  }
  const seconds = sleepOf(preStop.at('exec', 'command').texts);
  if (seconds !== undefined) return { sleepSeconds: seconds };
  preStop.say(
    'warning',
    'MS1033',
    `${preStop.pathText}: how long this hook takes cannot be read from it; it is played as taking no time`,
    'to have it take its time, write sleep: {seconds: N}, or a command that is only a sleep',
  );
  return {};
}

/** The seconds of `sleep 5`, alone or as the whole of a shell's -c. */
function sleepOf(command: readonly string[]): number | undefined {
  const isShell = /^(.*\/)?(ba|a|da)?sh$/.test(command[0] ?? '') && command[1] === '-c';
  const words = isShell ? (command[2] ?? '').trim().split(/\s+/) : command;
  const [program = '', length = '', ...rest] = words;
  const found = /^(\d+(?:\.\d+)?)s?$/.exec(length);
  return /^(.*\/)?sleep$/.test(program) && rest.length === 0 && found !== null ? Number(found[1]) : undefined;
}
