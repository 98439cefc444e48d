import * as z from 'zod';

/** Imported before any schema is made: the page's content policy refuses the functions that zod would compile from text. */
z.config({ jitless: true });
