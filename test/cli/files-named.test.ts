import { describe, expect, test } from 'vitest';
import { filesNamed } from '../../src/cli/files.ts';

const cwd = '/logs';
const refusing = (path: string) => ({
  cwd,
  filesIn: () =>
    Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path })),
});

describe('a folder that is named stands for its files', () => {
  test('each by the name of the folder, and its own', async () => {
    const io = { cwd, filesIn: () => Promise.resolve(['a.log', 'pods/b.log']) };
    expect((await filesNamed(io, 'here')).value).toEqual(['here/a.log', 'here/pods/b.log']);
  });

  test('and what is no folder, for itself', async () => {
    const io = { cwd, filesIn: () => Promise.resolve(undefined) };
    expect((await filesNamed(io, 'a.log')).value).toEqual(['a.log']);
  });

  test('where a folder in it may not be looked into, that one is named, with the reason: as in /var/log', async () => {
    const { value, problems } = await filesNamed(refusing('/logs/here/audit'), 'here');
    expect(value).toBeUndefined();
    expect(problems).toMatchObject([
      { code: 'MS3001', file: 'here/audit', message: 'cannot read here/audit: permission denied' },
    ]);
  });

  test('nor is a folder that may not be looked into itself an empty one', async () => {
    const { problems } = await filesNamed(refusing('/logs/here'), './here');
    expect(problems).toMatchObject([{ message: 'cannot read here: permission denied' }]);
  });
});
