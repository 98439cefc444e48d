import { Argument, Command } from 'commander';
import type { Io } from '../io.ts';

type Shell = 'bash' | 'zsh' | 'fish';

export function completionCommand(io: Io): Command {
  const command = new Command('completion')
    .description('Print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      '\nExample:\n  meshshift completion bash > ~/.local/share/bash-completion/completions/meshshift',
    )
    .action((shell: Shell) => io.stdout(script(shell, command.parent!)));
  return command;
}

interface Words {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly flag: string;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
}

/** Every command with its options, read off the program itself. */
const wordsOf = (program: Command): Words[] =>
  program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.options.map((option) => ({
      flag: option.long ?? option.short!,
      description: option.description,
      choices: option.argChoices ?? [],
    })),
  }));

function script(shell: Shell, program: Command): string {
  const words = wordsOf(program);
  switch (shell) {
    case 'bash':
      return bash(words);
    case 'zsh':
      return `#compdef meshshift\nautoload -U +X bashcompinit && bashcompinit\n${bash(words)}`;
    case 'fish':
      return fish(words);
  }
}

function bash(words: readonly Words[]): string {
  const cases = words
    .map((own) => `    ${own.name}) words="${own.options.map((option) => option.flag).join(' ')}" ;;`)
    .join('\n');
  const choices = [
    ...new Set(
      words.flatMap((own) =>
        own.options
          .filter((o) => o.choices.length > 0)
          .map(
            (o) =>
              `${own.name}:${o.flag}) COMPREPLY=($(compgen -W "${o.choices.join(' ')}" -- "$current")); return ;;`,
          ),
      ),
    ),
  ]
    .map((line) => `    ${line}`)
    .join('\n');
  return `_meshshift() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${words.map((own) => own.name).join(' ')}" -- "$current"))
    return
  fi
  case "$command:$previous" in
${choices}
  esac
  case "$command" in
${cases}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _meshshift meshshift
`;
}

function fish(words: readonly Words[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
  const lines = words.flatMap((own) => [
    `complete -c meshshift -n __fish_use_subcommand -a ${own.name} -d ${quoted(own.description)}`,
    ...own.options.map(
      (option) =>
        `complete -c meshshift -n '__fish_seen_subcommand_from ${own.name}' -l ${option.flag.replace(/^-+/, '')} -d ${quoted(option.description)}${
          option.choices.length > 0 ? ` -xa ${quoted(option.choices.join(' '))}` : ''
        }`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}
