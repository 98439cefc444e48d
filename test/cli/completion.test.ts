import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { meshshift } from '../support/io.ts';

const script = meshshift(['completion', 'bash']);

/** What bash offers for the last of these words. */
async function offered(...words: string[]): Promise<string[]> {
  const { out } = await script;
  const ask = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _meshshift; printf "%s\\n" "${COMPREPLY[@]}"';
  const told = execFileSync('bash', ['-c', `${out}\n${ask}`, 'bash', 'meshshift', ...words], {
    encoding: 'utf8',
  });
  return told.split('\n').filter((own) => own !== '');
}

test.each([
  { words: ['pl'], offer: ['plan'], because: 'it is a command' },
  { words: ['plan', ''], offer: ['sample', 'shift'], because: 'plan is followed by a command' },
  { words: ['plan', 'sample', ''], offer: [], because: 'it takes no file' },
  { words: ['plan', 'sample', '--sh'], offer: ['--share'], because: 'its own options' },
  { words: ['plan', 'shift', 'package.j'], offer: ['package.json'], because: 'a scenario is a file' },
  { words: ['run', '--seed', ''], offer: [], because: 'a seed is no file' },
  { words: ['run', '--out', 'package.j'], offer: ['package.json'], because: 'a folder is a file' },
  { words: ['completion', ''], offer: ['bash', 'zsh', 'fish'], because: 'one of three' },
])('completion after "$words" offers $offer: $because', async ({ words, offer }) => {
  expect(await offered(...words)).toEqual(offer);
});
