/** What the system said, in words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EISDIR: 'it is a directory',
    EEXIST: 'a file is in its place',
    ENOTDIR: 'a part of the path is not a directory',
    EIO: 'the disk or its server does not answer',
    ESTALE: 'the server of the folder has lost it',
    EMFILE: 'too many open files',
    ELOOP: 'too many symbolic links',
    ENAMETOOLONG: 'the name is too long',
    EDQUOT: 'the disk quota is used up',
  };
  if (code !== undefined && words[code] !== undefined) return words[code];
  return error instanceof Error ? error.message : String(error);
}

/** Whether the same may go well another time: a disk that is full, away or busy. What is forbidden stays forbidden. */
export const mayPass = (error: unknown): boolean =>
  passing.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');

const passing = new Set([
  ...['ENOSPC', 'EDQUOT', 'EIO', 'ESTALE', 'EBUSY', 'EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'],
  ...['ETIMEDOUT', 'EHOSTDOWN', 'EREMOTEIO', 'ENOTCONN'],
]);
