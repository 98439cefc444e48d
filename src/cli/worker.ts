import { playHere } from './play-here.ts';

// A worker thread.
playHere();
