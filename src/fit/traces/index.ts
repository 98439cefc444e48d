export * from './fit-traces.ts';
