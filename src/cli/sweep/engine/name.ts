/** What `--print-job` takes. */
export const engineNames = ['kubernetes', 'slurm', 'parallel', 'github', 'aws-batch'] as const;

export type EngineName = (typeof engineNames)[number];
