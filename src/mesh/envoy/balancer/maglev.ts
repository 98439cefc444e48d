import { moduloTotal } from '../weighted-cluster.ts';
import type { BalancingPolicy } from './balancer.ts';
import { hashing } from './hash-tables.ts';
import { shareOfWeights, type HashedHost } from './hashed-host.ts';
import { xxHash64 } from './xxhash64.ts';

/** Envoy's default. */
export const MAGLEV_TABLE_SIZE = 65537;
/** What Envoy takes at most (api/envoy/config/cluster/v3/cluster.proto, MaglevLbConfig). */
export const MAGLEV_TABLE_LIMIT = 5000011;

/** A prime up to the limit, so that each host comes by each slot. */
export const isMaglevTableSize = (size: number): boolean => size <= MAGLEV_TABLE_LIMIT && isPrime(size);

export interface MaglevTable {
  /** By slot: the host's place in the list that the table was built from. Empty if there was no host of any weight. */
  readonly slots: Int32Array;
  /** By host: how many slots it has. */
  readonly slotCounts: Int32Array;
}

/**
 * The table of consistent hashing that most keys survive a change of hosts with (D. Eisenbud et al., "Maglev: a fast and
 * reliable software network load balancer", NSDI 2016, section 3.4; Envoy, maglev_lb.cc, with weights). Each host goes
 * through the slots from offset = hash(key) mod size in steps of skip = hash(key, seed 1) mod (size - 1) + 1. The hosts,
 * sorted by key, take turns: each takes its next free slot. The heaviest host has a turn in each round; one of a third
 * of its weight in each third.
 *
 * Envoy builds it on its main thread and shares it among its workers.
 * @param size a prime up to 5000011, so that each host comes by each slot.
 * @throws RangeError for another size.
 */
export function buildMaglevTable(hosts: readonly HashedHost[], size = MAGLEV_TABLE_SIZE): MaglevTable {
  if (!isMaglevTableSize(size)) {
    throw new RangeError(`the table size of Maglev must be a prime up to ${MAGLEV_TABLE_LIMIT}, not ${size}`);
  }
  const shares = shareOfWeights(hosts);
  // Keys are addresses or host names: sorted by UTF-16 unit here, by byte in Envoy, which for ASCII is the same.
  const turns = hosts
    .map((_host, index) => index)
    .filter((index) => shares[index]! > 0)
    .sort((a, b) => (hosts[a]!.key < hosts[b]!.key ? -1 : hosts[a]!.key > hosts[b]!.key ? 1 : a - b));
  const slotCounts = new Int32Array(hosts.length);
  if (turns.length === 0) return { slots: new Int32Array(0), slotCounts };

  const slots = new Int32Array(size).fill(-1);
  const place = new Int32Array(hosts.length);
  const skip = new Int32Array(hosts.length);
  let heaviest = 0;
  for (const index of turns) {
    const first = xxHash64(hosts[index]!.key);
    const second = xxHash64(hosts[index]!.key, 1);
    place[index] = moduloTotal(first.high, first.low, size);
    // A table of two slots leaves a step of one.
    skip[index] = moduloTotal(second.high, second.low, size - 1) + 1;
    heaviest = Math.max(heaviest, shares[index]!);
  }
  const due = new Float64Array(hosts.length);
  for (let turn = 1, filled = 0; filled < size; turn += 1) {
    for (const index of turns) {
      if (filled === size) break;
      if (turn * shares[index]! < due[index]!) continue;
      due[index] = due[index]! + heaviest;
      while (slots[place[index]!]! !== -1) place[index] = (place[index]! + skip[index]!) % size;
      slots[place[index]!] = index;
      slotCounts[index] = slotCounts[index]! + 1;
      filled += 1;
    }
  }
  return { slots, slotCounts };
}

/**
 * The host of a request's hash: slot = hash mod size. When host selection is tried again (a retry's host predicate), attempt
 * n = 1, 2, ... first exclusive-ors the hash with 2^64 - n. -1 for an empty table.
 */
export function pickMaglev(table: MaglevTable, hashHigh: number, hashLow: number, attempt = 0): number {
  const size = table.slots.length;
  if (size === 0) return -1;
  const slot =
    attempt === 0
      ? moduloTotal(hashHigh, hashLow, size)
      : moduloTotal(~hashHigh >>> 0, (hashLow ^ -attempt) >>> 0, size);
  return table.slots[slot]!;
}

/** MAGLEV: the table's slot of the request's hash. */
export const maglev: BalancingPolicy = {
  words: 'the endpoint that the request’s hash has in a table, the same one as long as the endpoints stay',
  hashes: true,
  create: hashing(({ maglev_lb_config }) => ({
    build: (hosts) => buildMaglevTable(hosts, maglev_lb_config?.table_size),
    size: ({ slots }) => slots.length,
    pick: pickMaglev,
  })),
};

function isPrime(n: number): boolean {
  if (!Number.isInteger(n) || n < 2) return false;
  for (let divisor = 2; divisor * divisor <= n; divisor += 1) if (n % divisor === 0) return false;
  return true;
}
