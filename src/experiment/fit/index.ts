export * from './app-text.ts';
