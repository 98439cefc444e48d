/** Where a request is in its pod. */
export const inPod = {
  /** On its way, answered, or never there. */
  no: 0,
  waits: 1,
  served: 2,
  /** It waited, its caller gave up, and it is passed over when its turn comes. */
  passedOver: 3,
  /** Its sidecar has been refused by the application, and offers it again. */
  refused: 4,
  /** Its pod is silent: no word of it will ever come, and who waits for it waits as long as they like. */
  lost: 5,
  /** A branch of a request that is served: it makes a call. */
  asks: 6,
} as const;
