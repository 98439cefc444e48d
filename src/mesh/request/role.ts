/** What a row stands for. */
export const role = {
  /** A request at its caller: a page, or a call. It also travels to the pod, unless a try of it has a row of its own. */
  request: 0,
  /** One try of a request (`stream`), where it may outlive the proxy's patience with it. */
  attempt: 1,
  /** A mirrored copy: nobody waits for it, and what it causes belongs to no page. See mirror.ts. */
  copy: 2,
  /** A call that its script makes beside others, or does not wait for. See branches.ts. */
  branch: 3,
} as const;
