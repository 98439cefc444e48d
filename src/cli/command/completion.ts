import { Argument, Command, type Option } from 'commander';
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
  /** `run`, or `plan shift`. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly flag: string;
    readonly description: string;
    readonly choices: readonly string[];
    readonly value: Value;
  }[];
  /** What its arguments may be, where they are a choice. */
  readonly choices: readonly string[];
  readonly takesFiles: boolean;
}

type Value = 'none' | 'file' | 'other';

/** Names of what is a file or a folder, as help shows them. */
const isFile = (name: string): boolean => /^(file|folder|manifest|scenario|files)$/.test(name);

const valueOf = ({ flags }: Option): Value => {
  const name = /[<[]([^>\].]+)/.exec(flags)?.[1];
  return name === undefined ? 'none' : isFile(name) ? 'file' : 'other';
};

/** Every command with its options, read off the program itself; one that only has commands of its own stands for those. */
const wordsOf = (program: Command, before = ''): Words[] =>
  program.commands.flatMap((command) => {
    const name = `${before}${command.name()}`;
    if (command.commands.length > 0) return wordsOf(command, `${name} `);
    const own: Words = {
      name,
      description: command.description(),
      options: command.options.map((option) => ({
        flag: option.long ?? option.short!,
        description: option.description,
        choices: option.argChoices ?? [],
        value: valueOf(option),
      })),
      choices: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
      takesFiles: command.registeredArguments.some((argument) => isFile(argument.name())),
    };
    return [own];
  });

/** First words, and of those that need a second one, which. */
function groupsOf(words: readonly Words[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { name } of words) {
    const [first, ...second] = name.split(' ') as [string, ...string[]];
    groups.set(first, [...(groups.get(first) ?? []), ...second]);
  }
  return groups;
}

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
  const groups = groupsOf(words);
  const offer = (list: readonly string[]): string =>
    `COMPREPLY=($(compgen -W "${list.join(' ')}" -- "$current"))`;
  const files = 'COMPREPLY=($(compgen -f -- "$current"))';
  const seconds = [...groups]
    .filter(([, second]) => second.length > 0)
    .map(([first, second]) => `      ${first}) ${offer(second)}; return ;;`);
  const values = words.flatMap((own) =>
    own.options
      .filter((option) => option.value !== 'none')
      .map((option) => {
        const answer =
          option.choices.length > 0
            ? offer(option.choices)
            : option.value === 'file'
              ? files
              : 'COMPREPLY=()';
        return `    "${own.name}:${option.flag}") ${answer}; return ;;`;
      }),
  );
  const commands = words.map((own) => {
    const flags = own.options.map((option) => option.flag).join(' ');
    const rest = own.choices.length > 0 ? offer(own.choices) : own.takesFiles ? files : 'COMPREPLY=()';
    return `    "${own.name}") words="${flags}"; [[ "$current" != -* ]] && { ${rest}; return; } ;;`;
  });
  return `_meshshift() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    ${offer([...groups.keys()])}
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "$command" in
${seconds.join('\n')}
    esac
  fi
  case "$command" in
    ${[...groups]
      .filter(([, second]) => second.length > 0)
      .map(([first]) => first)
      .join('|')}) command="$command \${COMP_WORDS[2]}" ;;
  esac
  case "$command:$previous" in
${values.join('\n')}
  esac
  case "$command" in
${commands.join('\n')}
  esac
  ${offer(['$words'])}
}
complete -o filenames -F _meshshift meshshift
`;
}

function fish(words: readonly Words[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
  const lines = words.flatMap((own) => {
    const [first, second] = own.name.split(' ') as [string, string?];
    const seen =
      second === undefined
        ? `'__fish_seen_subcommand_from ${first}'`
        : `'__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}'`;
    const rest =
      own.choices.length > 0 ? ` -a ${quoted(own.choices.join(' '))}` : own.takesFiles ? ' -F' : undefined;
    return [
      second === undefined
        ? `complete -c meshshift -n __fish_use_subcommand -a ${first} -d ${quoted(own.description)}`
        : `complete -c meshshift -n '__fish_seen_subcommand_from ${first}' -a ${second} -d ${quoted(own.description)}`,
      ...(rest === undefined ? [] : [`complete -c meshshift -n ${seen}${rest}`]),
      ...own.options.map((option) => {
        const value =
          option.choices.length > 0
            ? ` -xa ${quoted(option.choices.join(' '))}`
            : { none: '', file: ' -rF', other: ' -x' }[option.value];
        return `complete -c meshshift -n ${seen} -l ${option.flag.replace(/^-+/, '')} -d ${quoted(option.description)}${value}`;
      }),
    ];
  });
  const parents = [...groupsOf(words)]
    .filter(([, second]) => second.length > 0)
    .map(([first]) => `complete -c meshshift -n __fish_use_subcommand -a ${first}`);
  return `complete -c meshshift -f\n${[...parents, ...lines].join('\n')}\n`;
}
