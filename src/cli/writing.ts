import { refusal } from '../experiment/check/refused.ts';
import { mayPass, reasonOf } from './reason.ts';

/** What somebody asked to have written under `name`; where the system refuses, that is told in its words. */
export async function writing<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw refusal('invalid', 'MS4007', `cannot write ${name}: ${reasonOf(error)}`);
  }
}

/** The same for what may be tried again by a machine: a disk that is full or away for the moment is told apart. */
export async function writingAgain<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!mayPass(error)) return writing(name, () => Promise.reject(error as Error));
    throw refusal('tryAgain', 'MS4007', `cannot write ${name}: ${reasonOf(error)}`, [
      'what is done stays there: the same command goes on with it',
    ]);
  }
}
