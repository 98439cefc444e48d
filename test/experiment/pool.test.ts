import { describe } from 'vitest';
import { inProcessPool } from '../../src/experiment/pool.ts';
import { poolContract } from '../support/pool-contract.ts';
import { shipped } from '../support/scenario.ts';

const scenario = () => shipped('fifteen-refreshes', 'duration=10s');

describe('a pool in this thread', () => {
  poolContract(scenario, async () => inProcessPool(await scenario()));
});
