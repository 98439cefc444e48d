import { refusal } from '../experiment/check/refused.ts';
import { reasonOf } from './reason.ts';

/** What somebody asked to have written under `name`; where the system refuses, that is told in its words. */
export async function writing<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw refusal('invalid', 'MS4007', `cannot write ${name}: ${reasonOf(error)}`);
  }
}
