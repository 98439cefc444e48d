/**
 * When cAdvisor reads a container's counter next: after 10 to 15 s, each container in its own phase. `uniform` is a draw
 * from [0, 1). cAdvisor doubles its interval of 10 s up to 15 s while nothing changes, and adds jitter; how these
 * mix is not modelled, a uniform draw covers the range. Source: pkg/kubelet/cadvisor/cadvisor_linux.go.
 */
export function nextHousekeepingUs(nowUs: number, uniform: number): number {
  return nowUs + shortestUs + Math.floor(uniform * (longestUs - shortestUs));
}

/**
 * A new container is read at once (google/cadvisor manager/container.go: its timer begins at 0), within a tenth of a second
 * here, but not at the very instant of the start: metrics-server would take it for one of a former life.
 */
export function firstHousekeepingUs(containerStartUs: number, uniform: number): number {
  return containerStartUs + 1 + Math.floor(uniform * 100_000);
}

/** The next reading of a container that has run since long ago: anywhere within the shortest interval. */
export function oldHousekeepingUs(nowUs: number, uniform: number): number {
  return nowUs + shortestUs - Math.floor(uniform * shortestUs);
}

const shortestUs = 10_000_000;
const longestUs = 15_000_000;
