/**
 * The stationary probabilities of a birth-death chain on 0 .. last, where `ratio(n)` = birth rate at n over death rate
 * at n + 1 does not rise with n. Built from the likeliest state outward, so that nothing overflows; beyond `least` the
 * chain is cut where its states no longer matter.
 */
export function birthDeath(ratio: (n: number) => number, last: number, least = last): Float64Array {
  let mode = 0;
  while (mode < last && ratio(mode) > 1) mode += 1;
  const states = [];
  let value = 1;
  for (let n = mode; n > 0; n -= 1) states.push((value /= ratio(n - 1)));
  states.reverse();
  states.push(1);
  value = 1;
  let sum = 1;
  for (let n = mode; n < last; n += 1) {
    value *= ratio(n);
    states.push(value);
    // From `least` on, count the tail alone: it may be all that is asked for.
    sum = n < least ? value : sum + value;
    if (n > least && value <= 1e-19 * sum) break;
  }
  const total = states.reduce((whole, state) => whole + state, 0);
  return Float64Array.from(states, (state) => state / total);
}
